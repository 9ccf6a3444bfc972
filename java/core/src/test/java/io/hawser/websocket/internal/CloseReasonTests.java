package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CloseReasonTests {
	private static String sent(String reason) {
		return new String(CloseReason.encode(reason), StandardCharsets.UTF_8);
	}

	@Test
	void noReasonIsEmpty() {
		assertEquals("", sent(null));
		assertEquals("", sent(""));
	}

	@Test
	void upTo123BytesPassAndMoreAreCut() {
		assertEquals(122, sent("x".repeat(122)).length());
		assertEquals(123, sent("x".repeat(123)).length());
		assertEquals(123, sent("x".repeat(124)).length());
	}

	@Test
	void theCutNeverSplitsACodePoint() {
		assertEquals("é".repeat(61), sent("é".repeat(62)));
		assertEquals("x" + "é".repeat(61), sent("x" + "é".repeat(62)));
		assertEquals("😀".repeat(30), sent("😀".repeat(31)));
		assertEquals("xxx" + "😀".repeat(30), sent("xxx" + "😀".repeat(31)));
	}
}
