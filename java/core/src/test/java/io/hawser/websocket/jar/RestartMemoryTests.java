package io.hawser.websocket.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Engines that have ended leave nothing behind. */
class RestartMemoryTests {
	/** A hundred engines of two loops have 200 MiB of buffers alone; what the JVM itself gains is far less. */
	private static final long MOST_GROWTH_KIB = 16 * 1024;

	@Test
	void aHundredEnginesStartedAndStoppedLeaveMemoryThreadsAndFilesAsTheyWere() throws Exception {
		assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "resident memory is read from /proc");
		List<String> fixedHeap = List.of("-Xms48m", "-Xmx48m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch",
				"-XX:TieredStopAtLevel=1");
		try (JavaProcess process = JavaProcess.program(RestartProgram.class, fixedHeap)) {
			assertEquals(0, process.awaitExit(), process::output);
			String[] before = process.awaitLine("before ").split(" ");
			String[] after = process.awaitLine("after ").split(" ");

			long growthKib = Long.parseLong(after[1]) - Long.parseLong(before[1]);
			assertTrue(growthKib < MOST_GROWTH_KIB, "grew by " + growthKib + " KiB:\n" + process.output());
			assertTrue(Integer.parseInt(after[3]) <= Integer.parseInt(before[3]), process::output);
			assertTrue(Integer.parseInt(after[5]) <= Integer.parseInt(before[5]), process::output);
		}
	}
}
