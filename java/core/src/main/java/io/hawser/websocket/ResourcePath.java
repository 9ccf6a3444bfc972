package io.hawser.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Turns the raw path of a request into a relative name that cannot leave its directory. Touches no files. */
final class ResourcePath {
	private ResourcePath() {
	}

	/**
	 * Return the decoded path without its first slash, empty for the root, perhaps ending in a slash; or
	 * {@code null} if no file may be looked for under it.
	 */
	static String decode(String rawPath) {
		if (!rawPath.startsWith("/")) {
			return null;
		}
		String path = percentDecode(rawPath.substring(1));
		if (path == null) {
			return null;
		}
		String file = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
		return path.isEmpty() || isPlain(file) ? path : null;
	}

	/** Return whether these are one or more segments, joined by single slashes, that name what they seem to. */
	static boolean isPlain(String path) {
		for (int i = 0; i < path.length(); i++) {
			char c = path.charAt(i);
			if (c < ' ' || c == 0x7F || c == '\\' || c == '%') {
				return false;
			}
		}
		for (String segment : path.split("/", -1)) {
			if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
				return false;
			}
		}
		return true;
	}

	private static String percentDecode(String raw) {
		ByteBuffer bytes = ByteBuffer.allocate(raw.length());
		for (int i = 0; i < raw.length(); i++) {
			char c = raw.charAt(i);
			if (c == '%') {
				int value = i + 2 < raw.length() ? hex(raw.charAt(i + 1)) * 16 + hex(raw.charAt(i + 2)) : -1;
				// An encoded slash would make one segment two after the check that counts them.
				if (value < 0 || value == '/') {
					return null;
				}
				bytes.put((byte) value);
				i += 2;
			} else if (c < 0x80) {
				bytes.put((byte) c);
			} else {
				return null;
			}
		}
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
		} catch (CharacterCodingException malformed) {
			return null;
		}
	}

	/** Return the value of a hexadecimal digit, or a number so low that no second digit can hide it. */
	private static int hex(char digit) {
		int value = digit < 0x80 ? Character.digit(digit, 16) : -1;
		return value < 0 ? -256 : value;
	}
}
