package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.OverflowStrategy;
import io.hawser.websocket.PingMessage;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits for a peer that does not read: how it is counted, and where it ends. */
class SendBufferTests {
	/** More than the socket buffers of both sides take. */
	private static final int FAR_TOO_MUCH_BYTES = 32 << 20;
	private static final int FRAME_BYTES = 70_000;
	private static final int HEADER_BYTES = 10;

	private final RecordingHandler handler = new RecordingHandler();

	@Test
	void theBufferedAmountIsExactlyWhatWasSentAndNotWritten() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder().loops(1)
				.sendHighWaterBytes(2 * FAR_TOO_MUCH_BYTES)); RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			assertEquals(0, session.getBufferedAmount());
			Await.until("the response of the handshake is counted", () -> engine.counters().bytesOut() > 0);
			long before = engine.counters().bytesOut();
			long sent = 0;
			for (int i = 0; i < FAR_TOO_MUCH_BYTES / FRAME_BYTES; i++) {
				session.sendMessage(new BinaryMessage(new byte[FRAME_BYTES]));
				sent += FRAME_BYTES + HEADER_BYTES;
			}
			session.sendMessage(new TextMessage("12345"));
			sent += 2 + 5;
			session.sendMessage(new TextMessage("x".repeat(126)));
			sent += 4 + 126;
			session.sendMessage(new PingMessage());
			sent += 2;

			long all = sent;
			Await.until("all bytes on one side or the other",
					() -> session.getBufferedAmount() == all - (engine.counters().bytesOut() - before));
			assertTrue(session.getBufferedAmount() > FAR_TOO_MUCH_BYTES / 4, session.getBufferedAmount() + " bytes wait");

			for (int i = 0; i < FAR_TOO_MUCH_BYTES / FRAME_BYTES + 3; i++) {
				client.read();
			}
			Await.until("nothing waits", () -> session.getBufferedAmount() == 0);
			assertEquals(all, engine.counters().bytesOut() - before);
		}
	}

	@Test
	void aPeerThatDoesNotReadIsClosedWith1013WhenTheHighWaterMarkIsReached() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder()
				.overflowStrategy(OverflowStrategy.TERMINATE)); RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			IOException refused = assertThrows(IOException.class, () -> sendUntilRefused(session));

			assertTrue(refused.getMessage().contains("1013") && refused.getMessage().contains("sendHighWaterBytes")
					&& refused.getMessage().contains(session.getId()), refused.getMessage());
			assertFalse(session.isOpen());
			assertEquals(1013, handler.awaitClosed().getCode());
			assertEquals(List.of("established"), handler.calls().subList(0, 1));
			assertEquals(2, handler.calls().size(), "no transport error: " + handler.calls());
			assertEquals(0, session.getBufferedAmount());
			assertEquals(1, engine.counters().terminatedSlow());
			client.drain();
		}
	}

	@Test
	void othersAreServedWhileOnePeerDoesNotRead() throws Exception {
		handler.on("text:", (session, message) -> session.sendMessage(message));
		try (TestEngine engine = TestEngine.start(HandlerMode.INLINE, handler); RawClient slow = RawClient.connectSlow(engine)) {
			WebSocketSession stuck = handler.awaitSession();
			while (stuck.getBufferedAmount() < 500_000) {
				stuck.sendMessage(new BinaryMessage(new byte[FRAME_BYTES]));
			}
			try (TestClient client = TestClient.connect(engine)) {
				client.sendText("hello");
				assertEquals("hello", client.awaitText());
			}
			assertTrue(stuck.isOpen());
			slow.disconnect();
		}
	}

	@Test
	void oneMessageLargerThanTheHighWaterMarkPasses() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder().sendHighWaterBytes(1024));
				TestClient client = TestClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			session.sendMessage(new BinaryMessage(new byte[1 << 20]));

			assertEquals(1 << 20, client.awaitBinary().length);
			Await.until("nothing waits", () -> session.getBufferedAmount() == 0);
			session.sendMessage(new TextMessage("next"));
			assertEquals("next", client.awaitText());
		}
	}

	@Test
	void controlFramesPassAboveTheHighWaterMarkAndGoAheadOfWaitingData() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder().sendHighWaterBytes(16 << 20));
				RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			int messages = 0;
			while (session.getBufferedAmount() < 15 << 20) {
				session.sendMessage(new BinaryMessage(new byte[FRAME_BYTES]));
				messages++;
			}
			session.sendMessage(new PingMessage());

			int before = 0;
			while (client.read().opcode() != Frame.PING) {
				before++;
			}
			assertTrue(before < messages, "the ping came behind " + before + " of " + messages);
		}
	}

	private static void sendUntilRefused(WebSocketSession session) throws IOException {
		for (int i = 0; i < FAR_TOO_MUCH_BYTES / FRAME_BYTES; i++) {
			session.sendMessage(new BinaryMessage(new byte[FRAME_BYTES]));
		}
	}
}
