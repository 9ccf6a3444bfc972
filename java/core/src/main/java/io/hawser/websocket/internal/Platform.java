package io.hawser.websocket.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Operating system, architecture and C library of the running JVM, in the words of our resource paths. */
record Platform(String os, String arch, boolean musl) {
	/** Returns the platform that this JVM runs on. */
	static Platform current() {
		String os = osOf(System.getProperty("os.name", "unknown"));
		return new Platform(os, archOf(System.getProperty("os.arch", "unknown")), os.equals("linux") && runsOnMusl());
	}

	/** Returns {@code <os>-<arch>[-musl]}. */
	String id() {
		return os + "-" + arch + (musl ? "-musl" : "");
	}

	boolean isWindows() {
		return os.equals("windows");
	}

	static String osOf(String name) {
		String lower = name.toLowerCase(Locale.ROOT);
		if (lower.startsWith("linux")) {
			return "linux";
		}
		if (lower.startsWith("mac") || lower.startsWith("darwin")) {
			return "macos";
		}
		if (lower.startsWith("windows")) {
			return "windows";
		}
		return word(lower);
	}

	static String archOf(String name) {
		String lower = name.toLowerCase(Locale.ROOT);
		return switch (lower) {
			case "amd64", "x86_64", "x64", "x86-64" -> "x86_64";
			case "aarch64", "arm64" -> "aarch64";
			default -> word(lower);
		};
	}

	private static String word(String name) {
		return name.replaceAll("[^a-z0-9_]", "");
	}

	/** The JVM's own mappings tell which C library it runs on; a glibc system may have musl's files as well. */
	private static boolean runsOnMusl() {
		try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
			return mappings.anyMatch((line) -> line.contains("/ld-musl-") || line.contains("/libc.musl-"));
		} catch (IOException | RuntimeException notReadable) {
			return Files.exists(Path.of("/lib/ld-musl-x86_64.so.1")) && !Files.exists(Path.of("/lib64"));
		}
	}
}
