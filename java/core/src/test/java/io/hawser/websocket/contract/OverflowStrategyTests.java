package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.OverflowStrategy;
import io.hawser.websocket.PingMessage;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to a message above the high-water mark, by each strategy; waiting senders are in BlockedSendTests. */
class OverflowStrategyTests {
	private static final int LOW_BYTES = 1024;
	private static final int HIGH_BYTES = 1 << 20;
	private static final int MESSAGE_BYTES = 70_000;
	private static final int FRAME_BYTES = MESSAGE_BYTES + Backlog.LONG_HEADER_BYTES;

	private final RecordingHandler handler = new RecordingHandler();

	private TestEngine start(OverflowStrategy strategy, int highBytes) throws IOException {
		return TestEngine.start(handler, (settings) -> settings.setMode(HandlerMode.WORKERS).setOverflowStrategy(strategy)
				.setSendWaterMarks(LOW_BYTES, highBytes).builder().loops(1));
	}

	/** Waits until the handler was told of so many dropped messages in all. */
	private void awaitDropped(int messages, int frameBytes) throws Exception {
		Await.until(messages + " dropped messages are told, not " + handler.calls(), () -> dropped(1) >= messages);
		assertEquals(messages, dropped(1));
		assertEquals((long) messages * frameBytes, dropped(2));
	}

	/** Returns the sum of one number of all {@code dropped:messages:bytes}. */
	private long dropped(int part) {
		return handler.calls().stream().filter((call) -> call.startsWith("dropped:"))
				.mapToLong((call) -> Long.parseLong(call.split(":")[part])).sum();
	}

	@Test
	void dropNewestKeepsWhatWaitsAndTellsTheHandlerOfTheRest() throws Exception {
		try (TestEngine engine = start(OverflowStrategy.DROP_NEWEST, HIGH_BYTES);
				RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			Backlog.plug(session);
			for (int i = 0; i < 50; i++) {
				session.sendMessage(Backlog.numbered(i, MESSAGE_BYTES));
			}
			awaitDropped(50, FRAME_BYTES);
			assertTrue(session.isOpen());
			assertEquals(50, engine.counters().droppedNewest());
			assertEquals(0, engine.counters().droppedOldest());

			Backlog.readPlug(client);
			handler.awaitCall("writable");
			session.sendMessage(Backlog.numbered(1000, MESSAGE_BYTES));
			assertEquals(1000, Backlog.readNumber(client), "as if none had been dropped");
		}
	}

	@Test
	void dropOldestKeepsTheNewestInOrderAndNothingThatIsHalfWritten() throws Exception {
		int sent = 200;
		try (TestEngine engine = start(OverflowStrategy.DROP_OLDEST, Backlog.PLUG_BYTES);
				RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			Await.until("the response of the handshake is counted", () -> engine.counters().bytesOut() > 0);
			long before = engine.counters().bytesOut();
			Backlog.plug(session);
			for (int i = 0; i < sent; i++) {
				session.sendMessage(Backlog.numbered(i, MESSAGE_BYTES));
			}
			long all = Backlog.PLUG_BYTES + Backlog.LONG_HEADER_BYTES + (long) sent * FRAME_BYTES;
			Await.until("no more waits than the mark allows, each message with 64 bytes",
					() -> session.getBufferedAmount() + 64 * (1 + sent - dropped(1)) <= Backlog.PLUG_BYTES);
			Await.until("the handler is told of all", () -> dropped(1) == engine.counters().droppedOldest());
			assertEquals(all - dropped(2) - (engine.counters().bytesOut() - before), session.getBufferedAmount(),
					"every byte was written, waits, or was dropped");
			int dropped = (int) dropped(1);
			assertEquals((long) dropped * FRAME_BYTES, dropped(2));
			assertEquals(dropped, engine.counters().droppedOldest());
			assertEquals(0, engine.counters().droppedNewest());

			Backlog.readPlug(client);
			for (int i = dropped; i < sent; i++) {
				assertEquals(i, Backlog.readNumber(client));
			}
			Await.until("nothing waits", () -> session.getBufferedAmount() == 0);
		}
	}

	@Test
	void terminateClosesWith1013WithoutWhatWaits() throws Exception {
		try (TestEngine engine = start(OverflowStrategy.TERMINATE, HIGH_BYTES);
				RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			Backlog.plug(session);
			IOException refused = assertThrows(IOException.class, () -> session.sendMessage(Backlog.numbered(1, 100)));

			assertTrue(refused.getMessage().contains("1013") && refused.getMessage().contains(session.getId()),
					refused.getMessage());
			assertEquals(1013, handler.awaitClosed().getCode());
			assertEquals(0, session.getBufferedAmount());
			assertEquals(1, engine.counters().terminatedSlow());
			assertEquals(0, engine.counters().terminatedStalled());
			client.drain();
		}
	}

	@ParameterizedTest
	@EnumSource(value = OverflowStrategy.class, names = "TERMINATE", mode = Mode.EXCLUDE)
	void controlFramesAreOutsideOfItAndNeverDropped(OverflowStrategy strategy) throws Exception {
		try (TestEngine engine = start(strategy, HIGH_BYTES); RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			Backlog.plug(session);
			for (int i = 0; i < 10; i++) {
				session.sendMessage(new PingMessage());
			}
			client.send(Frame.of(Frame.PING, new byte[] { 7 }));

			Backlog.readPlug(client);
			int pings = 0;
			int pongs = 0;
			while (pings + pongs < 11) {
				int opcode = client.read().opcode();
				pings += opcode == Frame.PING ? 1 : 0;
				pongs += opcode == Frame.PONG ? 1 : 0;
			}
			assertEquals(10, pings);
			assertEquals(1, pongs);
			assertEquals(0, dropped(1));
		}
	}

	@Test
	void moreThan64KibOfPingsForAPeerThatDoesNotReadCloseWith1013AndSaySo() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			Backlog.plug(session);
			IOException refused = assertThrows(IOException.class, () -> {
				for (int i = 0; i < 2000; i++) {
					session.sendMessage(new PingMessage());
				}
			});

			assertTrue(refused.getMessage().contains("ping") && refused.getMessage().contains("65536"), refused.getMessage());
			assertEquals(1013, handler.awaitClosed().getCode());
			client.drain();
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aHandlerThatHeldBackIsToldWhenItMaySendAgain(HandlerMode mode) throws Exception {
		handler.on("text:fill", (session, message) -> session.sendMessage(Backlog.plug()))
				.on("writable", (session, message) -> session.sendMessage(new TextMessage("more")));
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connectSlow(engine)) {
			client.sendText("fill");
			WebSocketSession session = handler.awaitSession();
			Await.until("it waits", () -> session.getBufferedAmount() > Backlog.WAITING_BYTES);
			assertFalse(handler.calls().contains("writable"));

			Backlog.readPlug(client);
			assertEquals("more", client.readText());
			assertEquals(1, handler.calls().stream().filter("writable"::equals).count());
			assertFalse(handler.sawOverlap());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "writable", "dropped" })
	void aHandlerThatFailsWhenToldIsClosedWith1011(String callback) throws Exception {
		handler.failOn(callback, () -> new IllegalStateException("made up by a test"));
		try (TestEngine engine = start(OverflowStrategy.DROP_NEWEST, HIGH_BYTES);
				RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			Backlog.plug(session);
			session.sendMessage(Backlog.numbered(1, 100));
			Await.until("it is told of the drop", () -> dropped(1) == 1);
			Backlog.readPlug(client);

			assertEquals(1011, client.readClose().closeCode());
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aHandlerIsNotToldToSendWhereTheSessionIsClosing(boolean byPeer) throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			Backlog.plug(session);
			BackgroundSend send = BackgroundSend.blocked(session, new TextMessage("second"));
			if (byPeer) {
				client.send(Frame.close(1000, ""));
			} else {
				session.close();
			}
			send.awaitFailure(IOException.class);

			Backlog.readPlug(client);
			assertEquals(1000, client.readClose().closeCode());
			if (!byPeer) {
				client.send(Frame.close(1000, ""));
			}
			handler.awaitClosed();
			assertEquals(List.of("established", "closed:1000"), handler.calls());
		}
	}

	@Test
	void eachHandlerHasItsOwnStrategyAndMarks() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setOverflowStrategy(OverflowStrategy.DROP_NEWEST)
				.setSendWaterMarks(1, 1024).builder().overflowStrategy(OverflowStrategy.TERMINATE).sendHighWaterBytes(1 << 30));
				RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			Backlog.plug(session);
			session.sendMessage(Backlog.numbered(1, 100));
			awaitDropped(1, 100 + 2);
			assertEquals(List.of("established", "dropped:1:102"), handler.calls());
			client.reset();
			handler.awaitClosed();
		}
	}
}
