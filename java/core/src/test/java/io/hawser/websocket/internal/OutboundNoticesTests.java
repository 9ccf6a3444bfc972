package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.DroppedMessages;
import org.junit.jupiter.api.Test;

class OutboundNoticesTests {
	private final OutboundNotices notices = new OutboundNotices();

	@Test
	void writableIsDeliveredOnceUntilItWasTaken() {
		assertTrue(notices.addWritable());
		assertFalse(notices.addWritable());
		notices.takeWritable();
		assertTrue(notices.addWritable());
	}

	@Test
	void droppedMessagesAreSummedUpUntilTheyAreTaken() {
		assertTrue(notices.addDropped(2, 300));
		assertFalse(notices.addDropped(1, 0));
		assertEquals(new DroppedMessages(3, 300), notices.takeDropped());
		assertTrue(notices.addDropped(1, 7));
		assertEquals(new DroppedMessages(1, 7), notices.takeDropped());
	}

	@Test
	void bytesAloneAreToldWithTheNextMessage() {
		assertFalse(notices.addDropped(0, 100));
		assertFalse(notices.addDropped(0, 20));
		assertTrue(notices.addDropped(1, 3));
		assertFalse(notices.addDropped(0, 4));
		assertEquals(new DroppedMessages(1, 127), notices.takeDropped());
	}
}
