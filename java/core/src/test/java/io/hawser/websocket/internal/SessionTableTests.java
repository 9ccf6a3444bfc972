package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.hawser.websocket.Compression;
import io.hawser.websocket.HandlerMode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTableTests {
	private final SessionTable table = new SessionTable();

	private static NativeSession session(long id) {
		Endpoint endpoint = new Endpoint(null, null, HandlerMode.INLINE, null, List.of(), null, 125, 125, Compression.OFF,
				Compression.OFF, new OutboundSettings().limits());
		return new NativeSession(null, id, null, endpoint);
	}

	@Test
	void aSlotAnswersOnlyToTheIdItHolds() {
		NativeSession session = session(5);
		table.put(3, session);

		assertSame(session, table.get(3, 5));
		assertNull(table.get(3, 6), "the slot's next user");
		assertNull(table.get(4, 5));
		assertNull(table.get(1_000_000, 5));
	}

	@Test
	void aRemovedSessionIsGoneAndTheSlotCanBeUsedAgain() {
		table.put(0, session(1));

		table.remove(0, 2);
		assertEquals(1, table.get(0, 1).nativeId());
		table.remove(0, 1);
		assertNull(table.get(0, 1));
		table.put(0, session(2));
		assertEquals(2, table.get(0, 2).nativeId());
	}

	@Test
	void itGrowsAndKeepsWhatItHas() {
		for (int slot = 0; slot < 1000; slot++) {
			table.put(slot, session(slot));
		}
		List<Long> seen = new ArrayList<>();

		table.forEach(session -> seen.add(session.nativeId()));

		assertEquals(1000, seen.size());
		assertEquals(999, table.get(999, 999).nativeId());
	}
}
