package io.hawser.websocket.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the engine says of itself before one is started. */
class AvailabilityTests {
	@Test
	void withTheLibraryThereIsNoCauseAgainstAnEngine() throws Exception {
		assertEquals(List.of("VERSION " + System.getProperty("hawser.test.version"), "CAUSE none", "CURE none", "SAME true"), ask());
	}

	@Test
	void withoutItTheVersionIsKnownAndTheCauseHasItsCure() throws Exception {
		assertEquals(List.of("VERSION " + System.getProperty("hawser.test.version"),
				"CAUSE -Dhawser.library.path=/does/not/exist is not the absolute path of a readable file",
				"CURE Correct it, or remove it to use the library inside the jar", "SAME true"),
				ask("-Dhawser.library.path=/does/not/exist"));
	}

	private static List<String> ask(String... options) throws Exception {
		try (JavaProcess process = JavaProcess.program(AvailabilityProgram.class, List.of(options))) {
			assertEquals(0, process.awaitExit(), process::output);
			return process.output().lines().filter((line) -> line.matches("(VERSION|CAUSE|CURE|SAME) .*")).toList();
		}
	}
}
