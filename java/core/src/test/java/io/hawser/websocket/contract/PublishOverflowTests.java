package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.OverflowStrategy;
import io.hawser.websocket.PublishOptions;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Publications for peers that do not read: nobody waits for them, and each is served by its own strategy. */
class PublishOverflowTests {
	private static final int MESSAGES = 40;
	private static final int MESSAGE_BYTES = 70_000;

	private final RecordingHandler handler = new RecordingHandler();

	private TestEngine start(OverflowStrategy strategy, int highBytes) throws IOException {
		return TestEngine.start(handler, (settings) -> settings.setOverflowStrategy(strategy)
				.setSendWaterMarks(1024, highBytes).builder().loops(1));
	}

	private long dropped() {
		return handler.calls().stream().filter((call) -> call.startsWith("dropped:"))
				.mapToLong((call) -> Long.parseLong(call.split(":")[1])).sum();
	}

	private static void closeAll(List<RawClient> clients) throws IOException {
		for (RawClient client : clients) {
			client.close();
		}
	}

	@ParameterizedTest
	@EnumSource(OverflowStrategy.class)
	void oneThatDoesNotReadHurtsNobodyElseAndNoPublisherWaits(OverflowStrategy strategy) throws Exception {
		List<RawClient> clients = new ArrayList<>();
		try (TestEngine engine = start(strategy, 1 << 20); AutoCloseable all = () -> closeAll(clients);
				RawClient slow = RawClient.connectSlow(engine)) {
			WebSocketSession stuck = handler.awaitSession();
			stuck.subscribe("t");
			Backlog.plug(stuck);
			for (int i = 0; i < 5; i++) {
				clients.add(RawClient.connect(engine));
				handler.awaitSession().subscribe("t");
			}
			for (int i = 0; i < MESSAGES; i++) {
				engine.engine().publish("t", Backlog.numbered(i, MESSAGE_BYTES));
				for (RawClient client : clients) {
					assertEquals(i, Backlog.readNumber(client));
				}
			}
			if (strategy == OverflowStrategy.BLOCK || strategy == OverflowStrategy.TERMINATE) {
				assertEquals(1013, handler.awaitClosed().getCode());
				assertEquals(1, engine.counters().terminatedSlow());
				Await.until("it is unsubscribed", () -> engine.engine().subscribers("t") == 5);
				slow.drain();
			} else {
				assertTrue(stuck.isOpen());
				Await.until("all were dropped for it", () -> dropped() == MESSAGES);
				assertEquals(MESSAGES, engine.counters().droppedNewest() + engine.counters().droppedOldest());
				Backlog.readPlug(slow);
				engine.engine().publish("t", new TextMessage("next"));
				assertEquals("next", slow.readText());
			}
		}
	}

	@Test
	void dropOldestKeepsTheNewestPublications() throws Exception {
		int published = 200;
		try (TestEngine engine = start(OverflowStrategy.DROP_OLDEST, Backlog.PLUG_BYTES);
				RawClient slow = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			session.subscribe("t");
			Backlog.plug(session);
			for (int i = 0; i < published; i++) {
				assertEquals(1, engine.engine().publish("t", Backlog.numbered(i, MESSAGE_BYTES)));
			}
			Await.until("all are in its queue", () -> engine.counters().publicationsDelivered() == published);
			Await.until("no more waits than the mark allows, each message with 64 bytes", () -> dropped() > 0
					&& session.getBufferedAmount() + 64 * (1 + published - dropped()) <= Backlog.PLUG_BYTES);
			Await.until("the handler is told of all", () -> dropped() == engine.counters().droppedOldest());
			int dropped = (int) dropped();
			Backlog.readPlug(slow);
			for (int i = dropped; i < published; i++) {
				assertEquals(i, Backlog.readNumber(slow));
			}
		}
	}

	@ParameterizedTest
	@EnumSource(OverflowStrategy.class)
	void conflationKeepsTheNewestOfEachKeyAndWhatHasNoneStays(OverflowStrategy strategy) throws Exception {
		try (TestEngine engine = start(strategy, 1 << 30); RawClient slow = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			session.subscribe("prices");
			session.subscribe("other");
			Backlog.plug(session);
			long before = session.getBufferedAmount();
			for (int i = 0; i < 100; i++) {
				engine.engine().publish("prices", new TextMessage("a" + i), PublishOptions.conflate("A"));
				engine.engine().publish("prices", new TextMessage("b" + i), PublishOptions.conflate("B"));
				if (i == 50) {
					engine.engine().publish("prices", new TextMessage("no key"));
					engine.engine().publish("other", new TextMessage("other a"), PublishOptions.conflate("A"));
					session.sendMessage(new TextMessage("sent"));
				}
			}
			Await.until("the older ones are gone", () -> engine.counters().droppedConflated() == 198);
			assertTrue(session.getBufferedAmount() < before + 100, "and cost nothing any more");

			Backlog.readPlug(slow);
			for (String expected : List.of("no key", "other a", "sent", "a99", "b99")) {
				assertEquals(expected, slow.readText());
			}
			assertEquals(0, dropped(), "what was replaced is not reported as dropped");
			assertEquals(0, engine.counters().droppedOldest() + engine.counters().droppedNewest());
		}
	}

	@Test
	void anUnreadPublicationIsCountedInEachSessionsBufferedAmount() throws Exception {
		try (TestEngine engine = start(OverflowStrategy.BLOCK, 1 << 30); RawClient one = RawClient.connectSlow(engine);
				RawClient other = RawClient.connectSlow(engine)) {
			List<WebSocketSession> sessions = List.of(handler.awaitSession(), handler.awaitSession());
			for (WebSocketSession session : sessions) {
				session.subscribe("t");
			}
			engine.engine().publish("t", Backlog.plug());
			for (WebSocketSession session : sessions) {
				Await.until("most of it waits", () -> session.getBufferedAmount() > Backlog.WAITING_BYTES
						&& session.getBufferedAmount() < Backlog.PLUG_BYTES);
			}
			engine.engine().publish("t", new BinaryMessage(new byte[100]));
			Backlog.readPlug(one);
			Backlog.readPlug(other);
			assertEquals(100, one.read().payload().length);
			assertEquals(100, other.read().payload().length);
			for (WebSocketSession session : sessions) {
				Await.until("nothing waits", () -> session.getBufferedAmount() == 0);
			}
		}
	}

	@Test
	void aSenderThatWaitsIsNotPassedOverByPublicationsForOthers() throws Exception {
		try (TestEngine engine = start(OverflowStrategy.BLOCK, 1 << 20); RawClient slow = RawClient.connectSlow(engine);
				RawClient quick = RawClient.connect(engine)) {
			WebSocketSession first = handler.awaitSession();
			WebSocketSession second = handler.awaitSession();
			boolean firstIsSlow = first.getRemoteAddress().getPort() == slow.localPort();
			WebSocketSession stuck = firstIsSlow ? first : second;
			(firstIsSlow ? second : first).subscribe("t");
			Backlog.plug(stuck);
			BackgroundSend send = BackgroundSend.blocked(stuck, new TextMessage("waited"));
			for (int i = 0; i < MESSAGES; i++) {
				assertEquals(1, engine.engine().publish("t", Backlog.numbered(i, 100)));
				assertEquals(i, Backlog.readNumber(quick));
			}
			assertFalse(send.isDone());
			Backlog.readPlug(slow);
			assertEquals("waited", slow.readText());
			send.awaitSent();
		}
	}
}
