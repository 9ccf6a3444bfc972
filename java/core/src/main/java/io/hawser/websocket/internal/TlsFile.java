package io.hawser.websocket.internal;

import io.hawser.websocket.TlsSettingsException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a file of certificates or keys, and says why where it cannot. Knows no formats. */
final class TlsFile {
	private TlsFile() {
	}

	/** Returns how messages name a file. */
	static String name(Path file) {
		return LogText.printable(file.toString());
	}

	static byte[] read(Path file) throws TlsSettingsException {
		try {
			return Files.readAllBytes(file);
		} catch (NoSuchFileException e) {
			throw unreadable(file, "there is no such file; it was looked for in " + file.toAbsolutePath().getParent(), e);
		} catch (AccessDeniedException e) {
			throw unreadable(file, "this process may not read it; change its owner or its permissions", e);
		} catch (IOException e) {
			throw unreadable(file, "it cannot be read: " + e.getMessage(), e);
		}
	}

	private static TlsSettingsException unreadable(Path file, String reason, IOException cause) {
		return new TlsSettingsException(name(file) + ": " + reason, cause);
	}
}
