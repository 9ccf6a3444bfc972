package io.hawser.websocket.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code java -jar hawser-all.jar check}: whether the library can be loaded, and if not, why and what to do. */
class CheckCommandTests {
	@TempDir
	private Path directory;

	private static String check(int exitCode, Path jar, Object... options) throws Exception {
		List<Object> command = new ArrayList<>(List.of(options));
		command.addAll(List.of("-jar", jar, "check"));
		try (JavaProcess process = JavaProcess.java(command.toArray())) {
			assertEquals(exitCode, process.awaitExit(), process::output);
			return process.output();
		}
	}

	private static void assertSays(String output, String... parts) {
		for (String part : parts) {
			assertTrue(output.contains(part), () -> "'" + part + "' is missing in\n" + output);
		}
	}

	@Test
	void itPrintsVersionsPlatformAndOriginAndLeavesNoFile() throws Exception {
		String output = check(0, JavaProcess.jar(), "-Djava.io.tmpdir=" + directory);

		String version = System.getProperty("hawser.test.version", "");
		assertSays(output, "Hawser   " + version, "Platform ", "Java     " + Runtime.version().feature(),
				"Library  " + version, "META-INF/native/", directory.toString());
		try (Stream<Path> left = Files.list(directory)) {
			assertEquals(List.of(), left.toList());
		}
	}

	@Test
	void aLibraryIsKeptWhereThatIsAskedFor() throws Exception {
		check(0, JavaProcess.jar(), "-Dhawser.tmpdir=" + directory, "-Dhawser.keep.library=true");

		try (Stream<Path> kept = Files.walk(directory)) {
			Path library = kept.filter(Files::isRegularFile).findFirst().orElseThrow();
			String output = check(0, JavaProcess.jar(), "-Dhawser.library.path=" + library);
			assertSays(output, library + " (-Dhawser.library.path)");
		}
	}

	@Test
	void aMissingLibraryIsNamedWithItsCure() throws Exception {
		Path missing = directory.resolve("missing.so");

		assertSays(check(1, JavaProcess.jar(), "-Dhawser.library.path=" + missing), "Cause ", missing.toString(),
				"absolute path of a readable file", "Cure ");
	}

	@Test
	void aFileThatIsNoLibraryIsNamedWithItsCure() throws Exception {
		Path garbage = Files.writeString(directory.resolve("garbage.so"), "this is no library".repeat(100));

		assertSays(check(1, JavaProcess.jar(), "-Dhawser.library.path=" + garbage), "Cause ", garbage.toString(),
				"no native library", "Cure ");
	}

	@Test
	void aLibraryThatWasAlteredInTheJarIsNotLoaded() throws Exception {
		Path altered = directory.resolve("altered.jar");
		copyWithOtherLibrary(JavaProcess.jar(), altered);

		assertSays(check(1, altered), "Cause ", "SHA-256", "META-INF/native/", "Cure ", "altered");
	}

	@Test
	void aDirectoryThatCannotBeWrittenToIsNamedWithItsCure() throws Exception {
		Path file = Files.writeString(directory.resolve("file"), "not a directory");

		assertSays(check(1, JavaProcess.jar(), "-Dhawser.tmpdir=" + file), "Cause ", file.toString(), "Cure ",
				"-Dhawser.tmpdir");
	}

	/** In a mount namespace of its own, so that nobody else sees the file system. */
	@Test
	void aDirectoryWithoutExecutionIsNamedWithItsCure() throws Exception {
		assumeTrue(mayMount(), "mounting a noexec file system takes Linux and root");
		String script = "mount -t tmpfs -o noexec tmpfs \"$1\" && exec \"$2\" -Djava.io.tmpdir=\"$1\" -jar \"$3\" check";
		try (JavaProcess process = JavaProcess.command("unshare", "-m", "sh", "-c", script, "sh", directory, Jdk.running(),
				JavaProcess.jar())) {
			assertEquals(1, process.awaitExit(), process::output);
			assertSays(process.output(), "Cause ", directory.toString(), "noexec", "Cure ", "-Dhawser.tmpdir",
					"-Dhawser.library.path");
			assertFalse(process.output().contains("Exception"), process::output);
		}
	}

	private static boolean mayMount() throws InterruptedException {
		try {
			Process probe = new ProcessBuilder("unshare", "-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt")
					.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
			return probe.waitFor(10, TimeUnit.SECONDS) && probe.exitValue() == 0;
		} catch (IOException noSuchCommand) {
			return false;
		}
	}

	private static void copyWithOtherLibrary(Path from, Path to) throws IOException {
		try (JarFile jar = new JarFile(from.toFile()); OutputStream file = Files.newOutputStream(to);
				JarOutputStream copy = new JarOutputStream(file)) {
			for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements();) {
				JarEntry entry = entries.nextElement();
				copy.putNextEntry(new JarEntry(entry.getName()));
				try (InputStream in = jar.getInputStream(entry)) {
					byte[] bytes = in.readAllBytes();
					if (entry.getName().startsWith("META-INF/native/") && bytes.length > 0) {
						bytes[bytes.length / 2] ^= 1;
					}
					copy.write(bytes);
				}
			}
		}
	}
}
