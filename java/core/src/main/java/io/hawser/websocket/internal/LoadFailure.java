package io.hawser.websocket.internal;

import io.hawser.websocket.NativeLibraryException;
import java.nio.file.Path;
import java.util.Locale;

/** Translates what the JVM and the dynamic linker say about a library into cause and cure. Loads nothing itself. */
final class LoadFailure {
	private static final String OTHER_DIRECTORY = "Name a directory on a file system that allows execution in -D"
			+ NativeLibrary.DIRECTORY_PROPERTY + ", or give an installed library in -D" + NativeLibrary.PATH_PROPERTY;

	private LoadFailure() {
	}

	/** Explains why {@code System.load(file)} failed. */
	static NativeLibraryException explain(Path file, Platform platform, Throwable failure) {
		String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
		String problem;
		String cure;
		if (failure instanceof UnsatisfiedLinkError == false) {
			problem = "This JVM does not allow loading the native library " + file;
			cure = "Start it with --enable-native-access=ALL-UNNAMED";
		} else if (text.contains("already loaded in another classloader")) {
			problem = "Another class loader of this JVM has already loaded " + file;
			cure = "Remove -D" + NativeLibrary.PATH_PROPERTY + ": then each class loader gets its own copy";
		} else if (isWrongArchitecture(text)) {
			problem = "The native library " + file + " is made for another processor than " + platform.id();
			cure = "Use the library of " + platform.id() + "; the JVM's own architecture counts, not the machine's";
		} else if (isWrongLibc(text)) {
			problem = "The native library " + file + " wants another or a newer C library than this system has";
			cure = "Use the library made for " + platform.id() + " (musl and glibc have one each), or build it here";
		} else if (isNoExec(text)) {
			problem = "The directory " + file.getParent() + " does not allow execution (mounted noexec?)";
			cure = OTHER_DIRECTORY;
		} else if (text.contains("invalid elf header") || text.contains("file too short") || text.contains("mach-o")) {
			problem = "The file " + file + " is no native library of " + platform.id() + ", or it is damaged";
			cure = "Build it again, or take an unchanged jar";
		} else {
			problem = "The native library " + file + " could not be loaded";
			cure = "The linker's own words follow; 'java -jar hawser-<version>-all.jar check' shows platform and paths";
		}
		return new NativeLibraryException(problem + " (" + failure.getMessage() + ")", cure, failure);
	}

	/** Explains a library that is loaded but whose functions are not found. */
	static NativeLibraryException unbound(String origin, UnsatisfiedLinkError failure) {
		return new NativeLibraryException(
				"The native library was loaded from " + origin + ", but has no functions for the class "
						+ NativeEngine.class.getName(),
				"If a build plugin relocates (shades) the package of Hawser, exclude it: native functions are bound by class "
						+ "name. Otherwise the file is no Hawser library",
				failure);
	}

	/** Explains a library of another build. */
	static NativeLibraryException otherVersion(String origin, String found, int foundAbi) {
		return new NativeLibraryException(
				"These classes are Hawser " + BuildInfo.VERSION + " (interface " + NativeEngine.ABI_VERSION
						+ "), but the native library loaded from " + origin + " is " + found + " (interface " + foundAbi + ")",
				"Use classes and library of one build; look for a second Hawser jar on the class path or a left-over -D"
						+ NativeLibrary.PATH_PROPERTY,
				null);
	}

	private static boolean isWrongArchitecture(String text) {
		return text.contains("wrong elf class") || text.contains("exec format error") || text.contains("wrong architecture")
				|| text.contains("incompatible architecture") || text.contains("architecture word width mismatch")
				|| text.contains("not a valid win32 application")
				|| text.contains("possible cause: can't load") || text.contains("can't load amd")
				|| text.contains("can't load aarch") || text.contains("can't load arm");
	}

	private static boolean isWrongLibc(String text) {
		return text.contains("libc.musl") || text.contains("ld-musl") || text.contains("ld-linux")
				|| text.contains("libc.so.6") || text.contains("glibc_") || text.contains("error relocating");
	}

	private static boolean isNoExec(String text) {
		return text.contains("failed to map segment") || text.contains("operation not permitted")
				|| text.contains("permission denied");
	}
}
