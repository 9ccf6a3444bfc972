package io.hawser.websocket.internal;

import java.util.Objects;

/**
 * What HTTP allows in names and values (RFC 9110 sections 5.5 and 5.6.2). Knows nothing of any single header.
 */
public final class HttpSyntax {
	private HttpSyntax() {
	}

	/** Return whether the text is a token: one or more visible ASCII characters without separators. */
	public static boolean isToken(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (!isTokenChar(text.charAt(i))) {
				return false;
			}
		}
		return !text.isEmpty();
	}

	/** Return the text if it is a token, else throw an exception that names the parameter. */
	public static String requireToken(String text, String parameter) {
		Objects.requireNonNull(text, parameter);
		if (!isToken(text)) {
			throw new IllegalArgumentException(parameter + " '" + LogText.printable(text)
					+ "' is no HTTP token; use letters, digits and !#$%&'*+-.^_`|~ only");
		}
		return text;
	}

	/**
	 * Return the text if it may stand in a header value, else throw an exception that names the parameter. CR, LF
	 * and NUL would let one header become two (RFC 9110 section 5.5); the other controls are refused with them.
	 */
	public static String requireFieldValue(String text, String parameter) {
		Objects.requireNonNull(text, parameter);
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c < ' ' && c != '\t' || c == 0x7F) {
				throw new IllegalArgumentException(String.format(
						"%s has the control character U+%04X at index %d; take it out of the header value",
						parameter, (int) c, i));
			}
		}
		return text;
	}

	static boolean isTokenChar(char c) {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
				|| c != 0 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
	}
}
