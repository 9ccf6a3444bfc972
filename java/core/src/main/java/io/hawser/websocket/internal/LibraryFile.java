package io.hawser.websocket.internal;

import io.hawser.websocket.NativeLibraryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/**
 * The native library as a file in a private directory of its own: taken out of the class path, verified, deleted.
 * Does not load it.
 *
 * <p>Each extraction has a new directory, because a JVM refuses one path to a second class loader.
 */
final class LibraryFile {
	private static final String DIRECTORY_PREFIX = "hawser-";

	/** A directory younger than this may belong to a JVM that is just about to load from it. */
	private static final Duration SWEEP_AGE = Duration.ofHours(1);

	private final Path file;

	private LibraryFile(Path file) {
		this.file = file;
	}

	/** Returns the class path resource that holds the library of a platform. */
	static String resource(Platform platform) {
		return "META-INF/native/" + platform.id() + "/" + System.mapLibraryName("hawser");
	}

	/**
	 * Copies the platform's library to a new directory (0700) below {@code parent} and compares its SHA-256.
	 * @throws NativeLibraryException if the resource is missing or altered, or cannot be written
	 */
	static LibraryFile extract(Platform platform, Path parent) {
		String resource = resource(platform);
		// A stream, never the resource's URL as a file: inside nested jars there is no such file.
		try (InputStream in = NativeLibrary.class.getResourceAsStream("/" + resource)) {
			if (in == null) {
				throw missing(platform, resource);
			}
			if (platform.isWindows()) {
				sweep(parent);
			}
			LibraryFile library = create(parent);
			library.fill(in, resource, BuildInfo.sha256(platform.id()));
			return library;
		} catch (IOException e) {
			throw notWritten(parent, e);
		}
	}

	Path path() {
		return file;
	}

	/** Deletes file and directory; what cannot be deleted stays. */
	void delete() {
		try {
			Files.deleteIfExists(file);
			Files.deleteIfExists(file.getParent());
		} catch (IOException stays) {
			// Windows keeps a loaded library locked; the next start sweeps it.
		}
	}

	private static LibraryFile create(Path parent) throws IOException {
		Path directory = Files.createTempDirectory(parent, DIRECTORY_PREFIX);
		return new LibraryFile(directory.resolve(System.mapLibraryName("hawser")).toAbsolutePath());
	}

	private void fill(InputStream in, String resource, String expected) throws IOException {
		boolean complete = false;
		try {
			String actual = copy(in);
			if (!actual.equalsIgnoreCase(expected)) {
				throw new NativeLibraryException(
						"The native library " + resource + " has the SHA-256 " + actual + ", but these classes were built with "
								+ (expected == null ? "no library for this platform" : expected),
						"The jar was altered or put together from two builds: take an unchanged one, or build it again",
						null);
			}
			complete = true;
		} finally {
			if (!complete) {
				delete();
			}
		}
	}

	private String copy(InputStream in) throws IOException {
		MessageDigest digest = sha256();
		try (OutputStream out = Files.newOutputStream(file)) {
			new DigestInputStream(in, digest).transferTo(out);
		}
		return HexFormat.of().formatHex(digest.digest());
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		} catch (NoSuchAlgorithmException e) {
			throw new IllegalStateException("every Java platform has SHA-256", e);
		}
	}

	private static void sweep(Path parent) {
		Instant newest = Instant.now().minus(SWEEP_AGE);
		try (DirectoryStream<Path> old = Files.newDirectoryStream(parent, DIRECTORY_PREFIX + "*")) {
			for (Path directory : old) {
				Path library = directory.resolve(System.mapLibraryName("hawser"));
				if (Files.isRegularFile(library) && Files.getLastModifiedTime(library).toInstant().isBefore(newest)) {
					new LibraryFile(library).delete();
				}
			}
		} catch (IOException | UncheckedIOException ignored) {
			// Leftovers of other JVMs are no reason not to start.
		}
	}

	private static NativeLibraryException missing(Platform platform, String resource) {
		return new NativeLibraryException(
				"There is no native library for " + platform.id() + ": the resource " + resource
						+ " is not on the class path",
				"Use a Hawser jar made for " + platform.id()
						+ ", or build the library there with 'cargo build --release' and give its absolute path in -D"
						+ NativeLibrary.PATH_PROPERTY,
				null);
	}

	private static NativeLibraryException notWritten(Path parent, IOException cause) {
		return new NativeLibraryException(
				"The native library could not be written below " + parent + ": " + cause,
				"Name a directory that this process may write to, with enough space, in -D"
						+ NativeLibrary.DIRECTORY_PROPERTY,
				cause);
	}
}
