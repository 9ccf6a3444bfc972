package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EngineCountersTests {
	@Test
	void theNativeOrderIsThatOfTheComponents() throws Exception {
		EngineCounters counters = EngineCounters.of(LongStream.range(0, 28).toArray());

		long expected = 0;
		for (var component : EngineCounters.class.getRecordComponents()) {
			assertEquals(expected++, component.getAccessor().invoke(counters), component.getName());
		}
		assertEquals(28, expected);
	}

	@Test
	void fewerNumbersThanCountersAreRefused() {
		String message = assertThrows(IllegalArgumentException.class, () -> EngineCounters.of(new long[27])).getMessage();

		assertEquals("values: expected 28 counters, not 27", message);
	}
}
