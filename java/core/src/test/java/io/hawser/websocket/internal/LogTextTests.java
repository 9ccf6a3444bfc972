package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTextTests {
	@Test
	void plainTextIsLeftAlone() {
		String text = "gr\u00FC\u00DFe \uD83D\uDE00";
		assertSame(text, LogText.printable(text));
		assertEquals("null", LogText.printable(null));
	}

	@ParameterizedTest
	@CsvSource({"000A, \\u000A", "000D, \\u000D", "0000, \\u0000", "001B, \\u001B", "0085, \\u0085", "2028, \\u2028",
			"202E, \\u202E", "D83D, \\uD83D"})
	void whatCouldForgeALineIsEscaped(String hex, String escaped) {
		assertEquals("a" + escaped + "b", LogText.printable("a" + (char) Integer.parseInt(hex, 16) + "b"));
	}

	@Test
	void longTextIsCutAtACodePointAndSaysSo() {
		assertEquals("x".repeat(512), LogText.printable("x".repeat(512)));
		assertEquals("x".repeat(512) + "... (513 chars)", LogText.printable("x".repeat(513)));
		assertEquals("x".repeat(511) + "\uD83D\uDE00... (600 chars)",
				LogText.printable("x".repeat(511) + "\uD83D\uDE00" + "x".repeat(87)));
	}
}
