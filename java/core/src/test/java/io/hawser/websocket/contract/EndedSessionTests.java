package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.PingMessage;
import io.hawser.websocket.ReadyState;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A session after its end, whoever ended it: nothing is sent any more, everything is still answered. */
class EndedSessionTests {
	private final RecordingHandler handler = new RecordingHandler();

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void afterTheHandlersOwnCloseItIsClosingThenClosed(HandlerMode mode) throws Exception {
		CompletableFuture<ReadyState> inClosed = new CompletableFuture<>();
		handler.on("closed", (session, message) -> {
			assertEnded(session);
			inClosed.complete(session.getReadyState());
		});
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			assertEquals(ReadyState.OPEN, session.getReadyState());
			session.close();
			assertEquals(ReadyState.CLOSING, session.getReadyState());
			assertEnded(session);
			client.readClose();
			client.send(Frame.close(1000, ""));
			handler.awaitClosed();

			assertEquals(ReadyState.CLOSED, Await.result(inClosed));
			assertEnded(session);
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void afterThePeersClose(HandlerMode mode) throws Exception {
		CompletableFuture<Boolean> asserted = new CompletableFuture<>();
		handler.on("closed", (session, message) -> {
			assertEnded(session);
			asserted.complete(true);
		});
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			client.send(Frame.close(1001, "leaving"));
			handler.awaitClosed();

			assertTrue(Await.result(asserted));
			assertEnded(session);
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void afterALostConnectionAlsoInsideTheErrorCallback(HandlerMode mode) throws Exception {
		CompletableFuture<Boolean> asserted = new CompletableFuture<>();
		handler.on("error", (session, message) -> {
			assertEnded(session);
			asserted.complete(true);
		});
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			client.reset();
			handler.awaitClosed();

			assertTrue(Await.result(asserted));
			assertEnded(session);
		}
	}

	@Test
	void afterTheEndOfTheEngine() throws Exception {
		WebSocketSession session;
		try (TestEngine engine = TestEngine.start(handler)) {
			try (RawClient client = RawClient.connect(engine)) {
				session = handler.awaitSession();
				client.sendText("a");
				handler.awaitMessage();
			}
			assertTrue(engine.engine().stop(Await.LIMIT));
		}
		assertEnded(session);
		assertEquals(ReadyState.CLOSED, session.getReadyState());
	}

	@Test
	void theErrorOfALateSendNamesTheSessionAndItsState() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			session.close(CloseStatus.NO_CLOSE_FRAME);
			client.readEnd();
			handler.awaitClosed();

			String text = assertThrows(IOException.class, () -> session.sendMessage(new TextMessage("late"))).getMessage();
			assertTrue(text.contains(session.getId()) && text.contains("closed") && text.contains("isOpen()"), text);
		}
	}

	@Test
	void aSecondCloseDoesNothingWhateverItSays() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			session.close(new CloseStatus(4001, "first"));
			session.close(new CloseStatus(4002, "second"));
			session.close(CloseStatus.NO_CLOSE_FRAME);

			assertEquals(4001, client.readClose().closeCode());
			client.send(Frame.close(4001, "first"));
			client.readEnd();
			assertEquals(new CloseStatus(4001, "first"), handler.awaitClosed());
			session.close();
		}
		assertEquals(List.of("established", "closed:4001:first"), handler.calls());
	}

	private static void assertEnded(WebSocketSession session) throws IOException {
		assertFalse(session.isOpen());
		assertThrows(IOException.class, () -> session.sendMessage(new TextMessage("late")));
		assertThrows(IOException.class, () -> session.sendMessage(new PingMessage()));
		session.close();
		session.close(CloseStatus.SERVER_ERROR);
		assertFalse(session.getId().isEmpty());
		assertEquals("ws", session.getUri().getScheme());
		assertEquals(TestEngine.PATH, session.getUri().getPath());
		assertEquals("13", session.getHandshakeHeaders().getFirst("sec-websocket-version"));
		session.getAttributes().put("late", 1);
		assertEquals(1, session.getAttributes().remove("late"));
		assertNull(session.getPrincipal());
		assertNull(session.getAcceptedProtocol());
		assertEquals(List.of(), session.getExtensions());
		assertTrue(session.getLocalAddress().getAddress().isLoopbackAddress());
		assertTrue(session.getRemoteAddress().getPort() > 0);
		session.setTextMessageSizeLimit(1000);
		assertEquals(1000, session.getTextMessageSizeLimit());
		session.setBinaryMessageSizeLimit(2000);
		assertEquals(2000, session.getBinaryMessageSizeLimit());
		assertTrue(session.getBufferedAmount() >= 0);
		assertNotNull(session.toString());
	}
}
