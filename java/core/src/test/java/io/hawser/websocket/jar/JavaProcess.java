package io.hawser.websocket.jar;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.websocket.contract.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM on the built jar, with all it prints. Is ended when the test is over. */
final class JavaProcess implements AutoCloseable {
	private final Process process;
	private final List<String> lines = new ArrayList<>();
	private final Thread reader;

	private JavaProcess(List<String> command) throws IOException {
		process = new ProcessBuilder(command).redirectErrorStream(true).start();
		process.getOutputStream().close();
		reader = new Thread(this::read, "output of " + process.pid());
		reader.setDaemon(true);
		reader.start();
	}

	/** Returns the fat jar. Gradle names it; without it there is nothing to test. */
	static Path jar() {
		String jar = System.getProperty("hawser.test.jar");
		assumeTrue(jar != null, "no -Dhawser.test.jar: these tests run by ./gradlew test, which builds it");
		return Path.of(jar);
	}

	/** Starts {@code java} with these arguments, of the JDK that runs the tests. */
	static JavaProcess java(Object... arguments) throws IOException {
		return command(Jdk.running(), arguments);
	}

	/** Starts a program of the test classes beside the jar. */
	static JavaProcess program(Class<?> program, List<String> options, String... arguments) throws Exception {
		Path classes = Path.of(program.getProtectionDomain().getCodeSource().getLocation().toURI());
		List<Object> command = new ArrayList<>(options);
		command.addAll(List.of("-cp", jar() + System.getProperty("path.separator") + classes, program.getName()));
		command.addAll(List.of(arguments));
		return java(command.toArray());
	}

	/** Starts any command. */
	static JavaProcess command(Object first, Object... others) throws IOException {
		List<String> command = new ArrayList<>(List.of(first.toString()));
		for (Object other : others) {
			command.add(other.toString());
		}
		return new JavaProcess(command);
	}

	/** Waits for a line that starts like that, and returns the rest of it. */
	String awaitLine(String start) throws Exception {
		Await.until("a line '" + start + "...'", () -> find(start) != null || !reader.isAlive());
		String line = find(start);
		assertTrue(line != null, () -> "no line '" + start + "...' in\n" + output());
		return line.substring(start.length());
	}

	/** Waits for {@code port N}. */
	int awaitPort() throws Exception {
		return Integer.parseInt(awaitLine("port "));
	}

	/** Waits for the end of the process and its output; returns the exit code. */
	int awaitExit() throws InterruptedException {
		boolean ended = process.waitFor(2 * Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
		assertTrue(ended, () -> "the process has not ended:\n" + output());
		reader.join(Await.LIMIT.toMillis());
		return process.exitValue();
	}

	boolean isAlive() {
		return process.isAlive();
	}

	String output() {
		synchronized (lines) {
			return String.join("\n", lines);
		}
	}

	@Override
	public void close() {
		process.destroyForcibly().onExit().join();
	}

	private String find(String start) {
		synchronized (lines) {
			return lines.stream().filter((line) -> line.startsWith(start)).findFirst().orElse(null);
		}
	}

	private void read() {
		try (BufferedReader output = process.inputReader()) {
			String line;
			while ((line = output.readLine()) != null) {
				synchronized (lines) {
					lines.add(line);
				}
			}
		} catch (IOException ended) {
			// The process was ended while it printed.
		}
	}
}
