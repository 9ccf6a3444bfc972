package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hawser.websocket.OverflowStrategy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class OutboundSettingsTests {
	private final OutboundSettings settings = new OutboundSettings();

	private static void refused(String text, Executable setting) {
		assertEquals(text, assertThrows(IllegalArgumentException.class, setting).getMessage());
	}

	@Test
	void theLowMarkIsAQuarterOfTheHighOneAndAtMost256KiBUnlessItIsSet() {
		assertEquals(new OutboundLimits(262_144, 1_048_576, OverflowStrategy.BLOCK), settings.limits());
		settings.highWaterBytes(1024);
		assertEquals(256, settings.limits().lowWaterBytes());
		settings.highWaterBytes(1 << 30);
		assertEquals(262_144, settings.limits().lowWaterBytes());
		settings.lowWaterBytes(1 << 30);
		assertEquals(1 << 30, settings.limits().lowWaterBytes(), "equal passes");
	}

	@Test
	void aLowMarkAboveTheHighOneIsRefusedAsSoonAsBothAreSetAndAtTheStart() {
		String text = "sendLowWaterBytes must not be above sendHighWaterBytes, but is 1048577 above 1048576";
		settings.lowWaterBytes(1_048_577);
		refused(text, settings::limits);
		refused(text, () -> settings.highWaterBytes(1_048_576));
		settings.highWaterBytes(1_048_577);
		settings.limits();
		refused("sendLowWaterBytes must not be above sendHighWaterBytes, but is 1048578 above 1048577",
				() -> settings.lowWaterBytes(1_048_578));
		assertEquals(1_048_577, settings.limits().lowWaterBytes(), "what was refused changes nothing");
	}

	@Test
	void aValueOutsideItsRangeIsNamedWithTheRange() {
		refused("sendHighWaterBytes must be 1024 to 1073741824, not 1023", () -> settings.highWaterBytes(1023));
		refused("sendHighWaterBytes must be 1024 to 1073741824, not -1", () -> settings.highWaterBytes(-1));
		refused("sendLowWaterBytes must be 1 to 1073741824, not 0", () -> settings.lowWaterBytes(0));
		refused("sendLowWaterBytes must be 1 to 1073741824, not -1", () -> settings.lowWaterBytes(-1));
		refused("sendTimeLimit must be 1 ms to 1 h, not PT0S", () -> settings.sendTimeLimit(Duration.ZERO));
		refused("maxBufferedBytes must be 65536 to 1099511627776, not 65535", () -> settings.maxBufferedBytes(65_535));
		refused("maxBufferedBytes must be 65536 to 1099511627776, not 1099511627777",
				() -> settings.maxBufferedBytes(1_099_511_627_777L));
		refused("maxTopicsPerSession must be 1 to 1000000, not 0", () -> settings.maxTopicsPerSession(0));
		refused("maxTopicsPerSession must be 1 to 1000000, not 1000001", () -> settings.maxTopicsPerSession(1_000_001));
	}

	@Test
	void theNativeSideGetsLinesWithNumbers() {
		settings.lowWaterBytes(1);
		settings.highWaterBytes(2048);
		settings.overflowStrategy(OverflowStrategy.DROP_NEWEST);
		settings.sendTimeLimit(Duration.ofSeconds(1));
		settings.maxBufferedBytes(65_536);
		settings.maxTopicsPerSession(7);
		assertEquals("\nsend_high_water_bytes=2048\nsend_low_water_bytes=1\noverflow_strategy=3\nsend_time_limit_ms=1000"
				+ "\nmax_buffered_bytes=65536\nmax_topics_per_session=7", settings.toNativeConfig());
	}

	@Test
	void eachStrategyHasTheNumberOfTheNativeSide() {
		int expected = 0;
		for (OverflowStrategy strategy : OverflowStrategy.values()) {
			assertEquals(expected++, new OutboundLimits(1, 1024, strategy).overflowNumber(), strategy.name());
		}
	}
}
