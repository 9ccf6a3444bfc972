package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.hawser.restarted.RestartedApplication;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** DevTools restarts the application in the same JVM, in a new class loader that has the application's classes only. */
class DevToolsTests {
	@Test
	void afterEachRestartTheEngineServesAndTheFormerOneHasEnded() throws Exception {
		List<String> log = ChildJvm.runOn(classPath(), RestartedApplication.class);
		String all = String.join("\n", log);
		String life = " RestartClassLoader HawserSession true true";
		assertEquals(List.of("LIFE 1" + life, "FORMER 1001 gone 0", "LIFE 2" + life, "FORMER 1001 gone 0", "LIFE 3" + life),
				log.stream().filter((line) -> line.startsWith("LIFE ") || line.startsWith("FORMER ")).toList(), all);
		assertEquals(List.of(), ChildJvm.warnings(log), all);
		assertEquals(3, log.stream().filter((line) -> line.contains("WebSockets on this port are served by Hawser")).count(), all);
	}

	/** The starter and the engine as jars, as applications have them: DevTools takes each folder for the application's. */
	private static String classPath() throws Exception {
		String jars = System.getProperty("hawser.test.jars");
		assertNotNull(jars, "these tests run by ./gradlew springTest, which builds the jars");
		List<String> entries = new ArrayList<>(List.of(Path.of(RestartedApplication.class.getProtectionDomain().getCodeSource()
				.getLocation().toURI()).toString()));
		entries.addAll(List.of(jars.split(File.pathSeparator)));
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
			if (!Files.isDirectory(Path.of(entry))) {
				entries.add(entry);
			}
		}
		return String.join(File.pathSeparator, entries);
	}
}
