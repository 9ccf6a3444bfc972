package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A handler that throws costs its own session and nothing else. */
class HandlerExceptionTests {
	private static final String SECRET = "a secret of the application";

	private static final List<Supplier<Throwable>> FAILURES = List.of(
			() -> new IllegalStateException(SECRET),
			() -> new IOException(SECRET),
			() -> new AssertionError(SECRET),
			() -> new OutOfMemoryError(SECRET),
			() -> new Throwable(SECRET),
			HandlerExceptionTests::overflow);

	private final RecordingHandler handler = new RecordingHandler();

	private static Throwable overflow() {
		return overflow(1);
	}

	private static Throwable overflow(int depth) {
		return new Throwable(SECRET + overflow(depth + 1));
	}

	/** The engine has one loop: if its carrier had ended, this would fail. */
	private void assertStillServes(TestEngine engine) throws Exception {
		try (TestClient client = TestClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			client.sendText("still here?");
			handler.awaitCall("text:still here?");
			client.sendClose(1000, "");
			handler.awaitClosed();
			assertFalse(session.isOpen());
		}
	}

	private static void assertClosesWith1011(RawClient client) throws IOException {
		Frame close = client.readClose();
		assertEquals(1011, close.closeCode());
		assertFalse(close.text().contains("secret"), "nothing of the exception goes to the peer");
		client.send(Frame.close(1011, ""));
		client.readEnd();
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void anythingThrownByAMessageCallbackIsLoggedAndCloses1011(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler)) {
			for (Supplier<Throwable> failure : FAILURES) {
				handler.failOn("text:boom", failure);
				int before = handler.calls().size();
				try (RawClient client = RawClient.connect(engine)) {
					WebSocketSession session = handler.awaitSession();
					client.send(Frame.text("boom"), Frame.text("never delivered"));

					assertClosesWith1011(client);
					assertEquals(1011, handler.awaitClosed().getCode());
					assertTrue(TestLog.awaitLine("SEVERE", session.getId()).contains("RecordingHandler"));
				}
				assertEquals(List.of("established", "text:boom", "closed:1011"),
						handler.calls().subList(before, handler.calls().size()));
			}
			assertStillServes(engine);
		}
		assertFalse(handler.sawOverlap());
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void anythingThrownByEstablishedIsLoggedAndCloses1011(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler)) {
			for (Supplier<Throwable> failure : FAILURES) {
				handler.failOn("established", failure);
				int before = handler.calls().size();
				try (RawClient client = RawClient.connect(engine)) {
					WebSocketSession session = handler.awaitSession();
					client.sendText("never delivered");

					assertClosesWith1011(client);
					assertEquals(1011, handler.awaitClosed().getCode());
					TestLog.awaitLine("SEVERE", session.getId());
				}
				assertEquals(List.of("established", "closed:1011"), handler.calls().subList(before, handler.calls().size()));
			}
			handler.on("established", (session, message) -> { });
			assertStillServes(engine);
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void anythingThrownByTheErrorCallbackIsLoggedAndClosedStillComesOnce(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler)) {
			for (Supplier<Throwable> failure : FAILURES) {
				handler.failOn("error", failure);
				int before = handler.calls().size();
				try (RawClient client = RawClient.connect(engine)) {
					WebSocketSession session = handler.awaitSession();
					client.reset();

					assertEquals(CloseStatus.NO_CLOSE_FRAME, handler.awaitClosed());
					TestLog.awaitLine("SEVERE", session.getId());
				}
				assertEquals(List.of("established", "error", "closed:1006"),
						handler.calls().subList(before, handler.calls().size()));
			}
			assertStillServes(engine);
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void anythingThrownByClosedIsLoggedAndThatIsAll(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler)) {
			for (Supplier<Throwable> failure : FAILURES) {
				handler.failOn("closed", failure);
				int before = handler.calls().size();
				try (RawClient client = RawClient.connect(engine)) {
					WebSocketSession session = handler.awaitSession();
					client.send(Frame.close(1000, ""));

					assertEquals(1000, client.readClose().closeCode());
					client.readEnd();
					handler.awaitClosed();
					TestLog.awaitLine("SEVERE", session.getId(), "afterConnectionClosed");
				}
				assertEquals(List.of("established", "closed:1000"), handler.calls().subList(before, handler.calls().size()));
			}
			handler.on("closed", (session, message) -> { });
			assertStillServes(engine);
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void whatWasSentBeforeTheExceptionStillArrives(HandlerMode mode) throws Exception {
		handler.on("text:boom", (session, message) -> {
			session.sendMessage(message);
			throw new IllegalStateException(SECRET);
		});
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			client.sendText("boom");

			assertEquals("boom", client.readText());
			assertClosesWith1011(client);
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void anExceptionAfterAnOwnCloseChangesNothingOfThatClose(HandlerMode mode) throws Exception {
		handler.on("text:boom", (session, message) -> {
			session.close(new CloseStatus(4000, "mine"));
			throw new IllegalStateException(SECRET);
		});
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			client.sendText("boom");

			assertEquals(4000, client.readClose().closeCode());
			client.send(Frame.close(4000, "mine"));
			assertEquals(new CloseStatus(4000, "mine"), handler.awaitClosed());
		}
	}
}
