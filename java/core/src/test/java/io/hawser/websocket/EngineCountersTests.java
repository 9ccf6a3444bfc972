package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EngineCountersTests {
	@Test
	void theNativeOrderIsThatOfTheComponents() throws Exception {
		EngineCounters counters = EngineCounters.of(LongStream.range(0, 24).toArray());

		long expected = 0;
		for (var component : EngineCounters.class.getRecordComponents()) {
			assertEquals(expected++, component.getAccessor().invoke(counters), component.getName());
		}
		assertEquals(24, expected);
	}

	@Test
	void fewerNumbersThanCountersAreRefused() {
		String message = assertThrows(IllegalArgumentException.class, () -> EngineCounters.of(new long[23])).getMessage();

		assertEquals("values: expected 24 counters, not 23", message);
	}
}
