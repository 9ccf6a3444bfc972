package io.hawser.websocket.jar;

import io.hawser.websocket.NativeLibraryException;
import io.hawser.websocket.WebSocketEngine;
import java.util.Optional;

/** Says whether an engine could be started here, twice, as one would that has another way to serve. */
final class AvailabilityProgram {
	private AvailabilityProgram() {
	}

	public static void main(String[] arguments) {
		Optional<NativeLibraryException> cause = WebSocketEngine.unavailabilityCause();
		System.out.println("VERSION " + WebSocketEngine.version());
		System.out.println("CAUSE " + cause.map(NativeLibraryException::getProblem).orElse("none"));
		System.out.println("CURE " + cause.map(NativeLibraryException::getCure).orElse("none"));
		System.out.println("SAME " + WebSocketEngine.unavailabilityCause().equals(cause));
	}
}
