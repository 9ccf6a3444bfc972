package io.hawser.websocket.internal;

import io.hawser.websocket.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * Headers of an answer as the lines the native side takes. Leaves out those that only the engine may set, because
 * they describe what it does. Names and values are free of line breaks: {@link HttpHeaders} takes no others.
 */
final class ResponseHead {
	/** Framing and connection are the engine's (RFC 9110 sections 7.6.1, 7.8 and 8.6). */
	private static final Set<String> ALWAYS_OURS = Set.of("connection", "content-length", "date", "keep-alive",
			"transfer-encoding");

	private ResponseHead() {
	}

	/** Returns the lines of an answer that is no 101. */
	static byte[] encode(HttpHeaders headers) {
		StringBuilder lines = new StringBuilder();
		headers.forEach((name, values) -> {
			if (!ALWAYS_OURS.contains(name.toLowerCase(Locale.ROOT))) {
				values.forEach((value) -> append(lines, name, value));
			}
		});
		return bytes(lines);
	}

	/** Returns the lines that a 101 has beyond the engine's own; {@code protocol} may be {@code null}. */
	static byte[] encodeAccepted(HttpHeaders headers, String protocol) {
		StringBuilder lines = new StringBuilder();
		headers.forEach((name, values) -> {
			String lower = name.toLowerCase(Locale.ROOT);
			boolean ours = ALWAYS_OURS.contains(lower) || lower.equals("upgrade") || lower.startsWith("sec-websocket-");
			if (!ours) {
				values.forEach((value) -> append(lines, name, value));
			}
		});
		if (protocol != null) {
			append(lines, HttpHeaders.SEC_WEBSOCKET_PROTOCOL, protocol);
		}
		return bytes(lines);
	}

	/** Returns lines that the native side has made, and behind them the protocol, which may be {@code null}. */
	static byte[] withProtocol(byte[] lines, String protocol) {
		StringBuilder all = new StringBuilder(new String(lines, StandardCharsets.UTF_8));
		if (protocol != null) {
			append(all, HttpHeaders.SEC_WEBSOCKET_PROTOCOL, protocol);
		}
		return bytes(all);
	}

	private static void append(StringBuilder lines, String name, String value) {
		lines.append(name).append(": ").append(value).append('\n');
	}

	private static byte[] bytes(StringBuilder lines) {
		return lines.toString().getBytes(StandardCharsets.UTF_8);
	}
}
