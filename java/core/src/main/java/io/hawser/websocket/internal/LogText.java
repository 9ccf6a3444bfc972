package io.hawser.websocket.internal;

/**
 * Makes text of a peer safe for a log line: a close reason or a path must not be able to forge another line.
 * Knows nothing of loggers.
 */
public final class LogText {
	/** Longest text that is kept, in chars; the rest is cut and the cut is shown. */
	public static final int MAX_CHARS = 512;

	private LogText() {
	}

	/**
	 * Return the text with control and format characters and lone surrogates as Unicode escapes of the Java language, and
	 * cut to {@link #MAX_CHARS}.
	 *
	 * @param text the text, or {@code null}, which is returned as "null"
	 */
	public static String printable(String text) {
		if (text == null) {
			return "null";
		}
		if (text.length() <= MAX_CHARS && isPrintable(text)) {
			return text;
		}
		StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_CHARS) + 16);
		for (int i = 0; i < text.length();) {
			if (i >= MAX_CHARS) {
				return out.append("... (").append(text.length()).append(" chars)").toString();
			}
			int codePoint = text.codePointAt(i);
			append(out, codePoint);
			i += Character.charCount(codePoint);
		}
		return out.toString();
	}

	private static boolean isPrintable(String text) {
		return text.codePoints().noneMatch(LogText::needsEscape);
	}

	private static void append(StringBuilder out, int codePoint) {
		if (needsEscape(codePoint)) {
			out.append(String.format(codePoint > 0xFFFF ? "\\u{%X}" : "\\u%04X", codePoint));
		} else {
			out.appendCodePoint(codePoint);
		}
	}

	private static boolean needsEscape(int codePoint) {
		return switch (Character.getType(codePoint)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
					Character.PARAGRAPH_SEPARATOR -> true;
			default -> false;
		};
	}
}
