package io.hawser.websocket;

import io.hawser.websocket.internal.LogText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the list grammar of {@code Sec-WebSocket-Extensions} (RFC 6455 section 9.1) from left to right, once.
 * Leaves the check for tokens to {@link WebSocketExtension}.
 */
final class ExtensionParser {
	private final String text;
	private int position;

	ExtensionParser(String text) {
		this.text = text;
	}

	List<WebSocketExtension> parse() {
		List<WebSocketExtension> result = new ArrayList<>();
		while (true) {
			skipSpace();
			if (position == text.length()) {
				return List.copyOf(result);
			}
			// Empty list elements are allowed (RFC 9110 section 5.6.1).
			if (!take(',')) {
				result.add(extension());
			}
		}
	}

	private WebSocketExtension extension() {
		String name = word();
		Map<String, String> parameters = new LinkedHashMap<>();
		while (take(';')) {
			String parameter = word();
			String value = take('=') ? value() : "";
			if (parameters.put(parameter, value) != null) {
				throw malformed("the parameter " + LogText.printable(parameter) + " occurs twice");
			}
		}
		if (position < text.length() && text.charAt(position) != ',') {
			throw malformed("there is no ',' or ';' at index " + position);
		}
		return new WebSocketExtension(name, parameters);
	}

	/** A quoted value must be a token once the quotes and backslashes are gone (RFC 6455 section 9.1). */
	private String value() {
		skipSpace();
		if (position == text.length() || text.charAt(position) != '"') {
			return word();
		}
		StringBuilder value = new StringBuilder();
		for (int i = position + 1; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '"') {
				if (value.isEmpty()) {
					throw malformed("the value at index " + position + " is empty");
				}
				position = i + 1;
				skipSpace();
				return value.toString();
			}
			if (c == '\\' && i + 1 < text.length()) {
				c = text.charAt(++i);
			}
			value.append(c);
		}
		throw malformed("the quote at index " + position + " is not closed");
	}

	private String word() {
		skipSpace();
		int start = position;
		while (position < text.length() && ",;=\" \t".indexOf(text.charAt(position)) < 0) {
			position++;
		}
		if (position == start) {
			throw malformed("there is no name or value at index " + start);
		}
		String word = text.substring(start, position);
		skipSpace();
		return word;
	}

	private boolean take(char expected) {
		if (position < text.length() && text.charAt(position) == expected) {
			position++;
			return true;
		}
		return false;
	}

	private void skipSpace() {
		while (position < text.length() && (text.charAt(position) == ' ' || text.charAt(position) == '\t')) {
			position++;
		}
	}

	private IllegalArgumentException malformed(String why) {
		return new IllegalArgumentException("extensions '" + LogText.printable(text) + "' cannot be parsed: " + why);
	}
}
