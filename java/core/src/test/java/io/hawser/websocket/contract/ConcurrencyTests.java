package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.hawser.websocket.AbstractWebSocketHandler;
import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One callback at a time in a session, many sessions at a time. */
class ConcurrencyTests {
	private static final int MESSAGES = 5000;

	/** Keeps its books without any synchronization: only the engine's own ordering makes them right. */
	private static final class PlainCounter extends AbstractWebSocketHandler {
		private static final class Books {
			private int messages;
			private int lastNumber = -1;
			private boolean inOrder = true;
		}

		private final Map<WebSocketSession, Books> books = new ConcurrentHashMap<>();
		private final CompletableFuture<Books> result = new CompletableFuture<>();

		@Override
		public void afterConnectionEstablished(WebSocketSession session) {
			books.put(session, new Books());
		}

		@Override
		protected void handleTextMessage(WebSocketSession session, TextMessage message) {
			Books book = books.get(session);
			int number = Integer.parseInt(message.getPayload());
			book.inOrder &= number == book.lastNumber + 1;
			book.lastNumber = number;
			book.messages++;
		}

		@Override
		public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
			result.complete(books.get(session));
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aHandlerNeedsNoSynchronizationForWhatBelongsToOneSession(HandlerMode mode) throws Exception {
		PlainCounter handler = new PlainCounter();
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			for (int i = 0; i < MESSAGES; i += 10) {
				Frame[] frames = new Frame[10];
				for (int j = 0; j < frames.length; j++) {
					frames[j] = Frame.text(Integer.toString(i + j));
				}
				client.send(frames);
			}
			client.send(Frame.close(1000, ""));

			PlainCounter.Books books = Await.result(handler.result);
			assertEquals(MESSAGES, books.messages);
			assertEquals(true, books.inOrder, "messages come in the order they were sent");
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void callbacksOfOneSessionNeverOverlapWhoeverClosesMeanwhile(HandlerMode mode) throws Exception {
		RecordingHandler handler = new RecordingHandler();
		handler.on("text", (session, message) -> Thread.yield());
		try (TestEngine engine = TestEngine.start(mode, handler)) {
			for (int round = 0; round < 20; round++) {
				try (RawClient client = RawClient.connect(engine)) {
					WebSocketSession session = handler.awaitSession();
					for (int i = 0; i < 20; i++) {
						client.send(Frame.text("a"), Frame.text("b"), Frame.of(Frame.PONG, new byte[0]));
					}
					session.close(CloseStatus.NO_CLOSE_FRAME);
				}
				handler.awaitClosed();
			}
		}
		assertFalse(handler.sawOverlap());
		assertEquals(20, handler.calls().stream().filter((call) -> call.startsWith("closed:1006")).count());
	}

	@ParameterizedTest
	@EnumSource(names = { "ADAPTIVE", "WORKERS" })
	void differentSessionsRunAtTheSameTime(HandlerMode mode) throws Exception {
		CyclicBarrier together = new CyclicBarrier(3);
		RecordingHandler handler = new RecordingHandler();
		handler.on("text", (session, message) -> together.await(20, TimeUnit.SECONDS));
		try (TestEngine engine = TestEngine.start(mode, handler);
				RawClient one = RawClient.connect(engine); RawClient two = RawClient.connect(engine)) {
			one.sendText("a");
			two.sendText("b");

			together.await(20, TimeUnit.SECONDS);
		}
	}

	@Test
	void sessionsOfDifferentLoopsRunAtTheSameTimeInline() throws Exception {
		CyclicBarrier together = new CyclicBarrier(3);
		RecordingHandler handler = new RecordingHandler();
		handler.on("text", (session, message) -> together.await(20, TimeUnit.SECONDS));
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setMode(HandlerMode.INLINE));
				RawClient one = RawClient.connect(engine); RawClient two = RawClient.connect(engine)) {
			one.sendText("a");
			two.sendText("b");

			together.await(20, TimeUnit.SECONDS);
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void theSameSessionObjectIsPassedEveryTimeAndItsHashNeverChanges(HandlerMode mode) throws Exception {
		List<WebSocketSession> seen = new ArrayList<>();
		List<Integer> hashes = new ArrayList<>();
		RecordingHandler handler = new RecordingHandler();
		handler.on("", (session, message) -> {
			seen.add(session);
			hashes.add(session.hashCode());
		});
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			client.send(Frame.text("a"), Frame.text("b"));
			handler.awaitCall("text:b");
			client.disconnect();
			handler.awaitClosed();
		}
		assertEquals(5, seen.size(), "established, two texts, error, closed");
		seen.forEach((session) -> assertSame(seen.get(0), session));
		assertEquals(1, new HashSet<>(hashes).size());
		assertEquals(seen.get(0).hashCode(), hashes.get(0), "also after the end");
		assertEquals(seen.get(0), seen.get(4));
	}

	@Test
	void noTwoSessionsAreEqualOrHaveTheSameId() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		Set<String> ids = new HashSet<>();
		try (TestEngine engine = TestEngine.start(handler)) {
			WebSocketSession before = null;
			for (int i = 0; i < 50; i++) {
				try (RawClient client = RawClient.connect(engine)) {
					WebSocketSession session = handler.awaitSession();
					assertEquals(client.localPort(), session.getRemoteAddress().getPort());
					assertNotEquals(before, session);
					assertNotSame(before, session);
					ids.add(session.getId());
					before = session;
				}
			}
		}
		assertEquals(50, ids.size());
	}
}
