package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicNameTests {
	private static String refusal(String name) {
		return assertThrows(IllegalArgumentException.class, () -> TopicName.encode("topic", name)).getMessage();
	}

	@Test
	void namesOf1To255BytesPassAsUtf8() {
		String umlauts = "\u00e4".repeat(127);
		for (String name : List.of("a", "x".repeat(255), umlauts, umlauts + "a", "\uD83D\uDE00".repeat(63), "a b\u0000c", "\uFFFF")) {
			assertArrayEquals(name.getBytes(StandardCharsets.UTF_8), TopicName.encode("topic", name));
		}
	}

	@Test
	void otherLengthsAreNamedWithTheParameter() {
		assertEquals("topic must have 1 to 255 bytes of UTF-8, not 0 chars", refusal(""));
		assertEquals("topic must have 1 to 255 bytes of UTF-8, not 256", refusal("\u00e4".repeat(128)));
		assertEquals("topic must have 1 to 255 bytes of UTF-8, not 256 chars", refusal("x".repeat(256)));
		assertEquals("topic must have 1 to 255 bytes of UTF-8, not 256", refusal("\uD83D\uDE00".repeat(64)));
	}

	@Test
	void halfASurrogatePairIsRefusedWhereverItStands() {
		for (String name : List.of("\uD83D", "\uDE00", "a\uDE00\uD83Db", "\uD83D\uDE00\uD83D", "\uD83Dx")) {
			assertTrue(refusal(name).startsWith("topic has half of a surrogate pair"), name);
		}
	}

	@Test
	void nullIsNamed() {
		assertEquals("key", assertThrows(NullPointerException.class, () -> TopicName.encode("key", null)).getMessage());
	}
}
