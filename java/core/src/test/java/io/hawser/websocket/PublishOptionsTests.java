package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PublishOptionsTests {
	@Test
	void excludingMakesACopyWithTheSameKey() {
		PublishOptions options = PublishOptions.conflate("EURUSD");
		StubSession session = new StubSession();
		PublishOptions excluding = options.excluding(session);

		assertNull(options.getExcludedSession());
		assertSame(session, excluding.getExcludedSession());
		assertEquals("EURUSD", excluding.getConflationKey());
		assertTrue(excluding.toString().contains("EURUSD") && excluding.toString().contains("StubSession"));
	}

	@Test
	void wrongKeysAndSessionsAreNamed() {
		PublishOptions options = PublishOptions.conflate("k".repeat(255));
		assertEquals("key must have 1 to 255 bytes of UTF-8, not 256 chars",
				assertThrows(IllegalArgumentException.class, () -> PublishOptions.conflate("k".repeat(256))).getMessage());
		assertEquals("key", assertThrows(NullPointerException.class, () -> PublishOptions.conflate(null)).getMessage());
		assertEquals("session", assertThrows(NullPointerException.class, () -> options.excluding(null)).getMessage());
	}
}
