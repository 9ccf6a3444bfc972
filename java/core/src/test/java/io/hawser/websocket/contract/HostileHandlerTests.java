package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers that do the worst they can in a callback: their own session ends, is counted and freed, all others go on. */
class HostileHandlerTests {
	private static final Duration LONG = Duration.ofSeconds(20);

	private final RecordingHandler handler = new RecordingHandler()
			.on("text:echo", (session, message) -> session.sendMessage(message));

	/** An exception of which nothing can be asked. */
	private static final class Unspeakable extends RuntimeException {
		private static final long serialVersionUID = 1;

		@Override
		public String getMessage() {
			throw new IllegalStateException("no message");
		}

		@Override
		public String toString() {
			throw new StackOverflowError("no text");
		}

		@Override
		public Throwable getCause() {
			throw new OutOfMemoryError("no cause");
		}

		@Override
		public StackTraceElement[] getStackTrace() {
			throw new IllegalStateException("no trace");
		}
	}

	/** Reads to the close frame, answers it, and returns its code. */
	private static int answerClose(RawClient client) throws IOException {
		Frame frame = client.read();
		while (frame.opcode() != Frame.CLOSE) {
			frame = client.read();
		}
		client.send(Frame.close(frame.closeCode(), ""));
		client.readEnd();
		return frame.closeCode();
	}

	/** Lets a session end with 1011 for what it sends, and sees that another one, of the same carrier, goes on. */
	private void assertCostsItsSession(TestEngine engine, RawClient other, Frame... frames) throws Exception {
		long ended = engine.counters().sessionsClosed();
		try (RawClient client = RawClient.connect(engine)) {
			client.send(frames);
			assertEquals(1011, answerClose(client));
			assertEquals(1011, handler.awaitClosed().getCode());
		}
		assertEquals(ended + 1, engine.counters().sessionsClosed());
		Await.until("the connection is freed", () -> engine.counters().connectionsOpen() == 1);
		other.sendText("echo");
		assertEquals("echo", other.readText());
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void everyKindOfMessageMayMeetAHandlerThatThrows(HandlerMode mode) throws Exception {
		for (String kind : List.of("binary", "binary+", "pong")) {
			handler.failOn(kind, () -> new IOException("by hand"));
		}
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient other = RawClient.connect(engine)) {
			assertCostsItsSession(engine, other, Frame.binary(new byte[3]));
			assertCostsItsSession(engine, other, Frame.of(Frame.PONG, new byte[3]));
			handler.inParts();
			assertCostsItsSession(engine, other, Frame.part(Frame.BINARY, new byte[3]));
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void anExceptionThatCannotEvenBeLoggedClosesWith1011(HandlerMode mode) throws Exception {
		handler.failOn("text:boom", Unspeakable::new);
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient other = RawClient.connect(engine)) {
			assertCostsItsSession(engine, other, Frame.text("boom"));
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void memoryThatTheJvmCannotGiveClosesWith1011(HandlerMode mode) throws Exception {
		List<byte[]> wanted = new ArrayList<>();
		handler.on("text:boom", (session, message) -> wanted.add(new byte[Integer.MAX_VALUE]));
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient other = RawClient.connect(engine)) {
			assertCostsItsSession(engine, other, Frame.text("boom"));
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aStackThatIsAllUsedUpClosesWith1011AlsoWhereItEndsInsideASend(HandlerMode mode) throws Exception {
		TextMessage large = new TextMessage("compressed on the thread that sends ".repeat(100));
		handler.on("text:boom", (session, message) -> sendAtTheEdge(session, large));
		try (TestEngine engine = TestEngine.start(mode, handler);
				RawClient other = RawClient.connect(engine)) {
			for (int i = 0; i < 5; i++) {
				assertCostsItsSession(engine, other, Frame.text("boom"));
			}
		}
	}

	/** Sends wherever the stack has ended, one call earlier each time, until that works. */
	private static int sendAtTheEdge(WebSocketSession session, TextMessage message) throws IOException {
		try {
			return sendAtTheEdge(session, message) + 1;
		} catch (StackOverflowError end) {
			session.sendMessage(message);
			throw new IOException("by hand, as the stack was used up");
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aHandlerMayCloseEverySessionInsideAnyCallback(HandlerMode mode) throws Exception {
		CompletableFuture<WebSocketEngine> self = new CompletableFuture<>();
		for (String callback : List.of("text:all", "error", "closed")) {
			handler.on(callback, (session, message) -> {
				for (WebSocketSession each : self.get().sessions()) {
					each.close(new CloseStatus(4000, "all"));
				}
			});
		}
		try (TestEngine engine = TestEngine.start(mode, handler)) {
			self.complete(engine.engine());
			for (Frame last : List.of(Frame.text("all"), Frame.close(1000, ""), Frame.of(Frame.PONG, new byte[0]))) {
				try (RawClient one = RawClient.connect(engine); RawClient two = RawClient.connect(engine)) {
					two.sendText("echo");
					assertEquals("echo", two.readText());
					one.send(last);
					if (last.opcode() == Frame.PONG) {
						one.reset();
					}
					assertEquals(4000, two.readClose().closeCode());
					two.send(Frame.close(4000, "all"));
					handler.awaitClosed();
				}
				Await.until("all are gone", () -> engine.counters().connectionsOpen() == 0);
			}
		}
		assertFalse(handler.sawOverlap());
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void manyThreadsMaySendAndCloseWhateverBecomesOfTheSession(HandlerMode mode) throws Exception {
		List<Thread> senders = new ArrayList<>();
		List<Throwable> surprises = Collections.synchronizedList(new ArrayList<>());
		handler.on("text:race", (session, message) -> {
			for (int i = 0; i < 8; i++) {
				int number = i;
				Thread sender = new Thread(() -> {
					try {
						session.sendMessage(number % 2 == 0 ? new TextMessage("x") : new BinaryMessage(new byte[2000]));
						session.close(new CloseStatus(4000 + number));
						session.sendMessage(new TextMessage("late"));
						surprises.add(new AssertionError("a message was taken after a close"));
					} catch (IOException expected) {
						// Closed by another one before, or by itself.
					} catch (Throwable surprise) {
						surprises.add(surprise);
					}
				});
				sender.start();
				senders.add(sender);
			}
			throw new IllegalStateException("by hand");
		});
		try (TestEngine engine = TestEngine.start(mode, handler)) {
			for (int round = 0; round < 20; round++) {
				try (RawClient client = RawClient.connect(engine)) {
					client.sendText("race");
					answerClose(client);
				}
				handler.awaitClosed();
			}
			for (Thread sender : List.copyOf(senders)) {
				sender.join(LONG.toMillis());
				assertFalse(sender.isAlive());
			}
			Await.until("all are gone", () -> engine.counters().connectionsOpen() == 0);
		}
		assertEquals(List.of(), surprises);
	}
}
