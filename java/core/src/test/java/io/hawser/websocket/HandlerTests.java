package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandlerTests {
	private final StubSession session = new StubSession();

	@Test
	void eachKindOfMessageGoesToItsOwnMethod() throws Exception {
		List<String> calls = new ArrayList<>();
		var handler = new AbstractWebSocketHandler() {
			@Override
			protected void handleTextMessage(WebSocketSession session, TextMessage message) {
				calls.add("text");
			}

			@Override
			protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) {
				calls.add("binary");
			}

			@Override
			protected void handlePongMessage(WebSocketSession session, PongMessage message) {
				calls.add("pong");
			}
		};
		handler.handleMessage(session, new TextMessage("a"));
		handler.handleMessage(session, new BinaryMessage(new byte[1]));
		handler.handleMessage(session, new PongMessage());
		assertEquals(List.of("text", "binary", "pong"), calls);
		assertThrows(IllegalStateException.class, () -> handler.handleMessage(session, new PingMessage()));
		assertFalse(handler.supportsPartialMessages());
	}

	@Test
	void aTextHandlerClosesWith1003OnABinaryMessage() throws Exception {
		new TextWebSocketHandler().handleMessage(session, new BinaryMessage(new byte[1]));
		assertEquals(List.of(new CloseStatus(1003, "Binary messages not supported")), session.closes);
	}

	@Test
	void aBinaryHandlerClosesWith1003OnATextMessage() throws Exception {
		new BinaryWebSocketHandler().handleMessage(session, new TextMessage("a"));
		assertEquals(List.of(new CloseStatus(1003, "Text messages not supported")), session.closes);
	}

	@Test
	void aCloseThatFailsDoesNotReachTheCaller() throws Exception {
		var failing = new StubSession() {
			@Override
			public void close(CloseStatus status) throws IOException {
				throw new IOException("gone");
			}
		};
		new TextWebSocketHandler().handleMessage(failing, new BinaryMessage(new byte[1]));
		new BinaryWebSocketHandler().handleMessage(failing, new TextMessage("a"));
	}

	@Test
	void theOtherCallbacksDoNothingByDefault() throws Exception {
		var handler = new TextWebSocketHandler();
		handler.afterConnectionEstablished(session);
		handler.handleMessage(session, new TextMessage("a"));
		handler.handleMessage(session, new PongMessage());
		handler.handleTransportError(session, new IOException("gone"));
		handler.afterConnectionClosed(session, CloseStatus.NORMAL);
		assertEquals(List.of(), session.closes);
		assertEquals(List.of(), session.sent);
	}
}
