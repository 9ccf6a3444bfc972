package io.hawser.websocket.cli;

import io.hawser.websocket.NativeLibraryException;
import io.hawser.websocket.internal.NativeLibrary;
import java.io.PrintStream;

/** {@code check}: tells whether the native library can be loaded here, and if not, why and what to do. */
final class CheckCommand {
	private CheckCommand() {
	}

	static int run(PrintStream out, PrintStream err) {
		out.println("Hawser   " + NativeLibrary.classesVersion());
		out.println("Platform " + NativeLibrary.platform());
		out.println("Java     " + System.getProperty("java.version") + ", " + System.getProperty("java.vm.name") + ", "
				+ System.getProperty("java.home"));
		NativeLibraryException cause = NativeLibrary.unavailabilityCause();
		if (cause == null) {
			out.println("Library  " + NativeLibrary.version() + ", loaded from " + NativeLibrary.origin());
			return Main.DONE;
		}
		err.println("Cause    " + cause.getProblem());
		err.println("Cure     " + cause.getCure());
		return Main.FAILED;
	}
}
