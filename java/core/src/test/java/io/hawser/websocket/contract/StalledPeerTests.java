package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.OverflowStrategy;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that take nothing at all, and what all of them together may cost. */
class StalledPeerTests {
	private static final int FAR_ABOVE_BYTES = 1 << 30;

	private final RecordingHandler handler = new RecordingHandler();

	@ParameterizedTest
	@EnumSource(OverflowStrategy.class)
	void oneMessageThatHangsBelowTheMarksEndsTheSessionWith1013(OverflowStrategy strategy) throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder().overflowStrategy(strategy)
				.sendHighWaterBytes(FAR_ABOVE_BYTES).sendTimeLimit(Duration.ofMillis(200)));
				RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			session.sendMessage(Backlog.plug());

			assertEquals(1013, handler.awaitClosed().getCode());
			assertEquals(List.of("established", "closed:1013"), handler.calls().stream()
					.map((call) -> call.startsWith("closed:1013") ? "closed:1013" : call).toList());
			assertEquals(0, session.getBufferedAmount());
			assertEquals(1, engine.counters().terminatedStalled());
			assertEquals(0, engine.counters().terminatedSlow());
			assertNotNull(TestLog.awaitLine(session.getId(), "sendTimeLimit"));
			client.drain();
		}
	}

	@Test
	void aPeerThatReadsSlowlyIsNotStalled() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder()
				.sendTimeLimit(Duration.ofSeconds(2))); RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			session.sendMessage(Backlog.plug());
			Backlog.readPlug(client);
			session.sendMessage(new TextMessage("still there"));

			assertEquals("still there", client.readText());
			assertEquals(0, engine.counters().terminatedStalled());
		}
	}

	@Test
	void aQuietSessionHasNoSendTimeLimit() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder()
				.sendTimeLimit(Duration.ofMillis(1))); RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			for (int i = 0; i < 100; i++) {
				session.sendMessage(new TextMessage("message " + i));
				assertEquals("message " + i, client.readText());
			}
			assertTrue(session.isOpen());
		}
	}

	@Test
	void theBudgetOfTheEngineCountsAllSessionsAndSparesThoseThatHoldLittle() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder().loops(2)
				.overflowStrategy(OverflowStrategy.TERMINATE).sendHighWaterBytes(FAR_ABOVE_BYTES).maxBufferedBytes(1 << 20));
				RawClient first = RawClient.connectSlow(engine)) {
			WebSocketSession one = handler.awaitSession();
			Backlog.plug(one);
			try (RawClient second = RawClient.connectSlow(engine); RawClient third = RawClient.connect(engine)) {
				WebSocketSession other = handler.awaitSession();
				WebSocketSession quick = handler.awaitSession();
				Backlog.plug(other);
				IOException refused = assertThrows(IOException.class, () -> other.sendMessage(new TextMessage("more")));
				assertTrue(refused.getMessage().contains("maxBufferedBytes"), refused.getMessage());
				assertFalse(other.isOpen());
				for (int i = 0; i < 10; i++) {
					quick.sendMessage(new TextMessage("x".repeat(1000)));
					assertEquals(1000, third.readText().length());
				}
				assertTrue(one.isOpen(), "who sends nothing more is not ended");
				second.drain();
			}
			Backlog.readPlug(first);
			Await.until("nothing waits", () -> one.getBufferedAmount() == 0);
			one.sendMessage(new TextMessage("below the budget again"));
			assertEquals("below the budget again", first.readText());
		}
	}

	@Test
	void aSenderThatTheBudgetHoldsUpGoesOnWhenItsOwnSessionHasDrained() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder()
				.sendHighWaterBytes(FAR_ABOVE_BYTES).maxBufferedBytes(1 << 20)); RawClient first = RawClient.connectSlow(engine);
				RawClient second = RawClient.connectSlow(engine)) {
			WebSocketSession one = handler.awaitSession();
			WebSocketSession other = handler.awaitSession();
			Backlog.plug(one);
			Backlog.plug(other);
			boolean firstIsOne = one.getRemoteAddress().getPort() == first.localPort();
			BackgroundSend send = BackgroundSend.blocked(one, new TextMessage("second"));
			RawClient client = firstIsOne ? first : second;
			Backlog.readPlug(client);

			assertEquals("second", client.readText(), "though the other still holds more than the budget");
			send.awaitSent();
			assertTrue(other.getBufferedAmount() > Backlog.WAITING_BYTES);
		}
	}
}
