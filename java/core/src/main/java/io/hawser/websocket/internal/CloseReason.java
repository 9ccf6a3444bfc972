package io.hawser.websocket.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A close reason as bytes for the wire. Knows no codes. */
final class CloseReason {
	/** A control frame carries 125 bytes (RFC 6455 section 5.5), two of which are the code. */
	static final int MAX_BYTES = 123;

	/** No reason. */
	static final byte[] NONE = new byte[0];

	private CloseReason() {
	}

	/** Returns the reason in UTF-8, cut to {@value #MAX_BYTES} bytes at a code point; {@code null} is empty. */
	static byte[] encode(String reason) {
		if (reason == null || reason.isEmpty()) {
			return NONE;
		}
		byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
		if (bytes.length <= MAX_BYTES) {
			return bytes;
		}
		int end = MAX_BYTES;
		while ((bytes[end] & 0xC0) == 0x80) {
			end--;
		}
		return Arrays.copyOf(bytes, end);
	}
}
