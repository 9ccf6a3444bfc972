package io.hawser.websocket.internal;

import io.hawser.websocket.NativeLibraryException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Finds, loads and checks the native library, once per class loader, and keeps the reason when that fails. Knows no
 * engine.
 *
 * <p>An absolute path in {@value #PATH_PROPERTY} is loaded as it is. Otherwise the library of this platform is taken out
 * of the class path into a private directory below {@value #DIRECTORY_PROPERTY} (or {@code java.io.tmpdir}), loaded and
 * deleted again; {@value #KEEP_PROPERTY}{@code =true} keeps it, for profilers that read its symbols.
 * <p>Initialising this class never fails: a second caller gets the same reason as the first, never NoClassDefFoundError.
 */
public final class NativeLibrary {
	static final String PATH_PROPERTY = "hawser.library.path";
	static final String DIRECTORY_PROPERTY = "hawser.tmpdir";
	static final String KEEP_PROPERTY = "hawser.keep.library";

	private static final Object LOCK = new Object();

	/** Where the library was loaded from; {@code null} until it was. Written under LOCK. */
	private static volatile String origin;

	/** Why it is not loaded; {@code null} until that is known. Written under LOCK. */
	private static volatile NativeLibraryException failure;

	private NativeLibrary() {
	}

	/** Returns whether the library is loaded, loading it if nobody has tried yet. */
	public static boolean isAvailable() {
		if (origin == null && failure == null) {
			synchronized (LOCK) {
				if (origin == null && failure == null) {
					load();
				}
			}
		}
		return origin != null;
	}

	/** Returns why the library is not available, or {@code null} if it is. */
	public static NativeLibraryException unavailabilityCause() {
		return isAvailable() ? null : failure;
	}

	/**
	 * Makes sure that the native functions can be called.
	 * @throws NativeLibraryException with cause and cure; a new one for each caller, so that its stack is the caller's
	 */
	public static void ensureAvailable() {
		NativeLibraryException cause = unavailabilityCause();
		if (cause != null) {
			throw new NativeLibraryException(cause.getProblem(), cause.getCure(), cause);
		}
	}

	/** Returns where the library was loaded from. */
	public static String origin() {
		ensureAvailable();
		return origin;
	}

	/** Returns the version of the loaded library. */
	public static String version() {
		ensureAvailable();
		return NativeEngine.version();
	}

	/** Returns the version of these classes. */
	public static String classesVersion() {
		return BuildInfo.VERSION;
	}

	/** Returns {@code <os>-<arch>[-musl]} of this JVM. */
	public static String platform() {
		return Platform.current().id();
	}

	private static void load() {
		try {
			Platform platform = Platform.current();
			String path = System.getProperty(PATH_PROPERTY);
			String from = (path == null || path.isBlank()) ? loadFromClassPath(platform) : loadFile(path, platform);
			checkVersion(from);
			origin = from;
		} catch (NativeLibraryException e) {
			failure = e;
		} catch (Throwable e) {
			failure = new NativeLibraryException("The native library could not be loaded: " + e,
					"This is unexpected: please report it with its stack trace", e);
		}
	}

	private static String loadFile(String path, Platform platform) {
		Path file = parse(PATH_PROPERTY, path);
		if (!file.isAbsolute() || !Files.isRegularFile(file) || !Files.isReadable(file)) {
			throw new NativeLibraryException("-D" + PATH_PROPERTY + "=" + path + " is not the absolute path of a readable file",
					"Correct it, or remove it to use the library inside the jar", null);
		}
		link(file, platform);
		return file + " (-D" + PATH_PROPERTY + ")";
	}

	private static String loadFromClassPath(Platform platform) {
		String named = System.getProperty(DIRECTORY_PROPERTY);
		Path parent = (named == null || named.isBlank()) ? parse("java.io.tmpdir", System.getProperty("java.io.tmpdir"))
				: parse(DIRECTORY_PROPERTY, named);
		boolean keep = Boolean.getBoolean(KEEP_PROPERTY);
		LibraryFile library = LibraryFile.extract(platform, parent);
		boolean loaded = false;
		try {
			link(library.path(), platform);
			loaded = true;
		} finally {
			if (!loaded || (!keep && !platform.isWindows())) {
				library.delete();
			}
		}
		return "the class path, " + LibraryFile.resource(platform) + ", by way of " + library.path();
	}

	private static void link(Path file, Platform platform) {
		try {
			System.load(file.toString());
		} catch (UnsatisfiedLinkError | RuntimeException e) {
			throw LoadFailure.explain(file, platform, e);
		}
	}

	private static void checkVersion(String from) {
		int abi;
		String version;
		try {
			abi = NativeEngine.abiVersion();
			version = NativeEngine.version();
		} catch (UnsatisfiedLinkError e) {
			throw LoadFailure.unbound(from, e);
		}
		if (abi != NativeEngine.ABI_VERSION || !BuildInfo.VERSION.equals(version)) {
			throw LoadFailure.otherVersion(from, version, abi);
		}
	}

	private static Path parse(String property, String path) {
		try {
			return Path.of(path);
		} catch (InvalidPathException e) {
			throw new NativeLibraryException("-D" + property + "=" + path + " is no path: " + e.getMessage(), "Correct it", e);
		}
	}
}
