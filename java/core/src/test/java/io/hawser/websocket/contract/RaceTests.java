package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.PingMessage;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Senders that run into the end of their session, whoever ends it: they get IOException and nothing else. */
class RaceTests {
	private static final int SENDERS = 4;
	private static final int ROUNDS = 25;

	private final RecordingHandler handler = new RecordingHandler();
	/** What ended each sender. */
	private final Queue<Throwable> ends = new ConcurrentLinkedQueue<>();

	/** Ends a session, or all of them. */
	private interface End {
		void of(TestEngine engine, WebSocketSession session, RawClient client) throws Exception;
	}

	private List<Thread> startSenders(WebSocketSession session) {
		List<Thread> senders = new ArrayList<>();
		for (int i = 0; i < SENDERS; i++) {
			Thread sender = new Thread(() -> {
				try {
					while (true) {
						session.sendMessage(new TextMessage("message"));
						session.sendMessage(new PingMessage());
						session.getBufferedAmount();
					}
				} catch (Throwable end) {
					ends.add(end);
				}
			});
			sender.start();
			senders.add(sender);
		}
		return senders;
	}

	private void race(HandlerMode mode, int rounds, boolean oneEngine, End end) throws Exception {
		TestEngine engine = TestEngine.start(mode, handler);
		for (int round = 0; round < rounds; round++) {
			if (!oneEngine && round > 0) {
				engine.close();
				engine = TestEngine.start(mode, handler);
			}
			try (RawClient client = RawClient.connect(engine)) {
				WebSocketSession session = handler.awaitSession();
				List<Thread> senders = startSenders(session);
				client.read();
				Thread drain = new Thread(() -> drain(client));
				drain.start();
				end.of(engine, session, client);
				for (Thread sender : senders) {
					sender.join(Await.LIMIT.toMillis());
					assertFalse(sender.isAlive(), "a sender has not ended");
				}
				client.disconnect();
				drain.join();
			}
			handler.awaitClosed();
		}
		engine.close();
		assertEquals(rounds * SENDERS, ends.size());
		ends.forEach((thrown) -> assertInstanceOf(IOException.class, thrown));
		assertEquals(rounds, Collections.frequency(handler.calls(), "established"));
		assertEquals(rounds, handler.calls().stream().filter((call) -> call.startsWith("closed:")).count());
		assertFalse(handler.sawOverlap());
	}

	private static void drain(RawClient client) {
		try {
			client.drain();
		} catch (IOException end) {
			// However it ended.
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void againstACloseOfAnotherThread(HandlerMode mode) throws Exception {
		race(mode, ROUNDS, true, (engine, session, client) -> session.close(CloseStatus.NO_CLOSE_FRAME));
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void againstAPeerThatCloses(HandlerMode mode) throws Exception {
		race(mode, ROUNDS, true, (engine, session, client) -> client.send(Frame.close(1000, "")));
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void againstALostConnection(HandlerMode mode) throws Exception {
		race(mode, ROUNDS, true, (engine, session, client) -> client.reset());
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void againstTheEndOfTheEngine(HandlerMode mode) throws Exception {
		race(mode, 5, false, (engine, session, client) -> engine.engine().stop(Duration.ZERO));
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aBroadcastWhilePeersComeAndLeaveReachesThoseWhoStay(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient stays = RawClient.connect(engine)) {
			// A worker may still be on its way from the answer that the client has to the session that the engine lists.
			handler.awaitSession();
			Thread visitors = new Thread(() -> visit(engine.port()));
			visitors.start();
			int sent = 0;
			for (; sent < 100 || visitors.isAlive(); sent++) {
				for (WebSocketSession session : engine.engine().sessions()) {
					try {
						session.sendMessage(new TextMessage("news " + sent));
					} catch (IOException left) {
						ends.add(left);
					}
				}
				assertEquals("news " + sent, stays.readText());
			}
			visitors.join();
		}
		assertEquals(ROUNDS + 1, Collections.frequency(handler.calls(), "established"));
		assertFalse(handler.sawOverlap());
	}

	private static void visit(int port) {
		for (int i = 0; i < ROUNDS; i++) {
			try (RawClient client = RawClient.connect(port, TestEngine.PATH)) {
				client.read();
			} catch (IOException e) {
				throw new UncheckedIOException(e);
			}
		}
	}
}
