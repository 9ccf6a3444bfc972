package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** Programs of the test classes in a JVM of their own, for what a JVM has once: its log, its native library, its main thread. */
final class ChildJvm {
	private ChildJvm() {
	}

	/** Runs a program on the class path of the tests to its end, which must be a good one; returns what it printed. */
	static List<String> run(Class<?> main, String... options) throws Exception {
		return runOn(System.getProperty("java.class.path"), main, options);
	}

	static List<String> runOn(String classPath, Class<?> main, String... options) throws Exception {
		List<String> command = new ArrayList<>(List.of(new File(System.getProperty("java.home"), "bin/java").getPath()));
		command.addAll(List.of(options));
		command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", classPath,
				main.getName()));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		List<String> lines = process.inputReader().lines().toList();
		assertEquals(0, process.waitFor(), () -> String.join("\n", lines));
		return lines;
	}

	/** Returns the lines that warn of something: the application's and the JVM's. */
	static List<String> warnings(List<String> log) {
		return log.stream().filter((line) -> line.contains(" WARN ") || line.contains(" ERROR ") || line.startsWith("WARNING")).toList();
	}
}
