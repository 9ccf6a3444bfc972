package io.hawser.websocket.internal;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A topic's name, or a key within a topic, as the native side knows it: bytes. Knows no subscribers. */
public final class TopicName {
	/** Longest name in bytes of UTF-8; equal is accepted. */
	public static final int MAX_BYTES = 255;

	private TopicName() {
	}

	/**
	 * Return the name in UTF-8.
	 *
	 * @param parameter names it in exceptions
	 * @throws IllegalArgumentException if it has not 1 to {@value #MAX_BYTES} bytes, or cannot be encoded: what took the
	 * place of half a surrogate pair could make two names one
	 */
	public static byte[] encode(String parameter, String name) {
		Objects.requireNonNull(name, parameter);
		if (name.isEmpty() || name.length() > MAX_BYTES) {
			throw refused(parameter, name.length() + " chars");
		}
		byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
		if (bytes.length > MAX_BYTES) {
			throw refused(parameter, Integer.toString(bytes.length));
		}
		if (hasLoneSurrogate(name)) {
			throw new IllegalArgumentException(parameter + " has half of a surrogate pair: '" + LogText.printable(name) + "'");
		}
		return bytes;
	}

	private static boolean hasLoneSurrogate(String name) {
		for (int i = 0; i < name.length(); i++) {
			if (Character.isSurrogate(name.charAt(i))) {
				if (!Character.isSupplementaryCodePoint(name.codePointAt(i))) {
					return true;
				}
				i++;
			}
		}
		return false;
	}

	private static IllegalArgumentException refused(String parameter, String length) {
		return new IllegalArgumentException(parameter + " must have 1 to " + MAX_BYTES + " bytes of UTF-8, not " + length);
	}
}
