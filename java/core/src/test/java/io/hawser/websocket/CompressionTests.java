package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CompressionTests {
	private static void refused(String text, Runnable setting) {
		assertEquals(text, assertThrows(IllegalArgumentException.class, setting::run).getMessage());
	}

	@Test
	void theDefaultIsOnAndCostsNoMemory() {
		assertTrue(Compression.DEFAULT.isOn());
		assertEquals(128, Compression.DEFAULT.getThresholdBytes());
		assertEquals(1, Compression.DEFAULT.getLevel());
		assertFalse(Compression.DEFAULT.isContextTakeover());
		assertEquals(15, Compression.DEFAULT.getMaxWindowBits());
	}

	@Test
	void eachSettingIsCopiedIntoANewValue() {
		Compression changed = Compression.DEFAULT.withThresholdBytes(7).withLevel(9).withContextTakeover(true).withMaxWindowBits(9);

		assertEquals(7, changed.getThresholdBytes());
		assertEquals(9, changed.getLevel());
		assertTrue(changed.isContextTakeover());
		assertEquals(9, changed.getMaxWindowBits());
		assertEquals(128, Compression.DEFAULT.getThresholdBytes());
		assertNotEquals(Compression.DEFAULT, changed);
		assertEquals("Compression[thresholdBytes=7, level=9, contextTakeover=true, maxWindowBits=9]", changed.toString());
	}

	@Test
	void offStaysOffWhateverIsSet() {
		assertFalse(Compression.OFF.withLevel(9).withContextTakeover(true).withThresholdBytes(0).withMaxWindowBits(9).isOn());
		assertEquals("Compression[off]", Compression.OFF.toString());
		assertNotEquals(Compression.OFF, Compression.DEFAULT);
	}

	@Test
	void valuesAreEqualIfAllOfThemIs() {
		assertEquals(Compression.DEFAULT, Compression.DEFAULT.withLevel(2).withLevel(1));
		assertEquals(Compression.DEFAULT.hashCode(), Compression.DEFAULT.withLevel(1).hashCode());
		assertNotEquals(Compression.DEFAULT, Compression.DEFAULT.withContextTakeover(true));
		assertNotEquals(Compression.DEFAULT, Compression.DEFAULT.withMaxWindowBits(14));
		assertNotEquals(Compression.DEFAULT, Compression.DEFAULT.withThresholdBytes(129));
	}

	@Test
	void aValueOutsideItsRangeIsNamedWithTheRange() {
		refused("level must be 1 to 9, not 0", () -> Compression.DEFAULT.withLevel(0));
		refused("level must be 1 to 9, not 10", () -> Compression.DEFAULT.withLevel(10));
		refused("maxWindowBits must be 9 to 15, not 8", () -> Compression.DEFAULT.withMaxWindowBits(8));
		refused("maxWindowBits must be 9 to 15, not 16", () -> Compression.DEFAULT.withMaxWindowBits(16));
		refused("thresholdBytes must be 0 to 2147483639, not -1", () -> Compression.DEFAULT.withThresholdBytes(-1));
		refused("thresholdBytes must be 0 to 2147483639, not 2147483640",
				() -> Compression.DEFAULT.withThresholdBytes(2_147_483_640));
	}

	@Test
	void valuesOnTheBordersPass() {
		Compression.DEFAULT.withLevel(1).withLevel(9).withMaxWindowBits(9).withMaxWindowBits(15).withThresholdBytes(0)
				.withThresholdBytes(2_147_483_639);
	}
}
