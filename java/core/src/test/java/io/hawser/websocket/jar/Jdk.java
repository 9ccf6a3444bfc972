package io.hawser.websocket.jar;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the JDKs of this machine. */
final class Jdk {
	private static final Path INSTALLED = Path.of("/usr/lib/jvm");

	private Jdk() {
	}

	/** Returns {@code java} of the JDK that runs the tests. */
	static Path running() {
		return java(Path.of(System.getProperty("java.home")));
	}

	/**
	 * Returns {@code java} of a version: where {@code -Dhawser.test.jdkN} says, the running one if it is that, or one below
	 * {@code /usr/lib/jvm}. Without any the test is skipped.
	 */
	static Path ofVersion(int version) throws IOException {
		String named = System.getProperty("hawser.test.jdk" + version);
		if (named != null) {
			return java(Path.of(named));
		}
		if (Runtime.version().feature() == version) {
			return running();
		}
		if (Files.isDirectory(INSTALLED)) {
			try (DirectoryStream<Path> homes = Files.newDirectoryStream(INSTALLED, "*" + version + "*")) {
				for (Path home : homes) {
					if (Files.isExecutable(java(home))) {
						return java(home);
					}
				}
			}
		}
		return abort("there is no JDK " + version + " in " + INSTALLED + "; name one with -Dhawser.test.jdk" + version);
	}

	private static Path java(Path home) {
		return home.resolve("bin").resolve("java");
	}
}
