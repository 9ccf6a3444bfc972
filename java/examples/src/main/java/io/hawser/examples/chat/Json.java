package io.hawser.examples.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON (RFC 8259) that the chat needs, so that the example needs no library: writes any value, reads one
 * object of strings and lists of strings. Knows nothing of the chat. Strict: no trailing comma, no duplicate
 * name, no half of a surrogate pair; any other kind of value is refused.
 */
final class Json {

	private final String text;
	private int position;

	private Json(String text) {
		this.text = text;
	}

	/** Returns names and values, given in turn, as a map in this order. */
	static Map<String, Object> object(Object... namesAndValues) {
		Map<String, Object> object = new LinkedHashMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			object.put((String) namesAndValues[i], namesAndValues[i + 1]);
		}
		return object;
	}

	/** Returns the JSON of maps, lists, numbers, booleans and {@code null}; everything else as a string. */
	static String write(Object value) {
		List<String> parts = new ArrayList<>();
		if (value instanceof Map<?, ?> map) {
			map.forEach((name, part) -> parts.add(quote(name.toString()) + ":" + write(part)));
			return "{" + String.join(",", parts) + "}";
		}
		if (value instanceof Iterable<?> list) {
			list.forEach(part -> parts.add(write(part)));
			return "[" + String.join(",", parts) + "]";
		}
		return value == null || value instanceof Number || value instanceof Boolean ? "" + value : quote(value.toString());
	}

	private static String quote(String string) {
		StringBuilder out = new StringBuilder(string.length() + 16).append('"');
		for (char c : string.toCharArray()) {
			if (c < ' ') {
				out.append(String.format("\\u%04x", (int) c));
			} else {
				out.append(c == '"' || c == '\\' ? "\\" : "").append(c);
			}
		}
		return out.append('"').toString();
	}

	/**
	 * Reads a text that must be one object whose values are strings ({@code String}) or lists of strings ({@code List}).
	 * @throws IllegalArgumentException if it is anything else; the message says what was expected, and where
	 */
	static Map<String, Object> read(String text) {
		Json json = new Json(text);
		Map<String, Object> object = new LinkedHashMap<>();
		json.take('{');
		while (json.hasNext('}', object.isEmpty())) {
			String name = json.string();
			json.take(':');
			if (object.put(name, json.peek() == '[' ? json.list() : json.string()) != null) {
				throw json.expected("each name once");
			}
		}
		json.peek();
		if (json.position < text.length()) {
			throw json.expected("nothing more");
		}
		return object;
	}

	private List<String> list() {
		List<String> list = new ArrayList<>();
		take('[');
		while (hasNext(']', list.isEmpty())) {
			list.add(string());
		}
		return list;
	}

	private String string() {
		take('"');
		StringBuilder out = new StringBuilder();
		for (char c = next(); c != '"'; c = next()) {
			if (c < ' ') {
				throw expected("no bare control character");
			}
			out.append(c == '\\' ? escaped() : c);
		}
		if (out.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
			throw expected("whole surrogate pairs");
		}
		return out.toString();
	}

	private char escaped() {
		char c = next();
		return switch (c) {
			case '"', '\\', '/' -> c;
			case 'b' -> '\b';
			case 'f' -> '\f';
			case 'n' -> '\n';
			case 'r' -> '\r';
			case 't' -> '\t';
			case 'u' -> (char) (hexDigit() << 12 | hexDigit() << 8 | hexDigit() << 4 | hexDigit());
			default -> throw expected("an escape");
		};
	}

	private int hexDigit() {
		int digit = "0123456789abcdef".indexOf(Character.toLowerCase(next()));
		if (digit < 0) {
			throw expected("a hexadecimal digit");
		}
		return digit;
	}

	private char next() {
		if (position == text.length()) {
			throw expected("the end of the string");
		}
		return text.charAt(position++);
	}

	/** Steps over a comma or over the end; says whether an element follows. */
	private boolean hasNext(char end, boolean first) {
		if (peek() == end) {
			position++;
			return false;
		}
		if (!first) {
			take(',');
		}
		return true;
	}

	private void take(char wanted) {
		if (peek() != wanted) {
			throw expected("'" + wanted + "'");
		}
		position++;
	}

	/** Steps over white space and returns the character that follows; at the end one that fits nowhere. */
	private char peek() {
		while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
			position++;
		}
		return position < text.length() ? text.charAt(position) : '\uffff';
	}

	private IllegalArgumentException expected(String what) {
		return new IllegalArgumentException("expected " + what + " at character " + position);
	}

}
