package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PerConnectionWebSocketHandlerTests {
	private static final class CountingHandler extends TextWebSocketHandler {
		private int messages;

		private CountingHandler() {
		}

		@Override
		protected void handleTextMessage(WebSocketSession session, TextMessage message) throws Exception {
			messages++;
			session.sendMessage(new TextMessage(Integer.toString(messages)));
		}

		@Override
		public void handleWritable(WebSocketSession session) {
			session.getAttributes().put("writable", messages);
		}

		@Override
		public void handleDroppedMessages(WebSocketSession session, DroppedMessages dropped) {
			session.getAttributes().put("dropped", dropped);
		}

		@Override
		public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
			session.getAttributes().put("closed", status);
		}
	}

	private static final class NeedsAnArgument extends TextWebSocketHandler {
		private NeedsAnArgument(int unused) {
			assertEquals(0, unused);
		}
	}

	private static final class Broken extends TextWebSocketHandler {
		private Broken() {
			throw new IllegalArgumentException("made up by a test");
		}
	}

	@Test
	void eachSessionHasAHandlerOfItsOwn() throws Exception {
		var handler = new PerConnectionWebSocketHandler(CountingHandler.class);
		var one = new StubSession();
		var other = new StubSession();
		handler.afterConnectionEstablished(one);
		handler.afterConnectionEstablished(other);
		handler.handleMessage(one, new TextMessage("a"));
		handler.handleMessage(one, new TextMessage("b"));
		handler.handleMessage(other, new TextMessage("c"));
		assertEquals(List.of(new TextMessage("1"), new TextMessage("2")), one.sent);
		assertEquals(List.of(new TextMessage("1")), other.sent);
	}

	@Test
	void theSessionsOwnHandlerIsToldOfItsOutboundSide() throws Exception {
		var handler = new PerConnectionWebSocketHandler(CountingHandler.class);
		var session = new StubSession();
		var dropped = new DroppedMessages(1, 2);
		handler.handleWritable(session);
		handler.handleDroppedMessages(session, dropped);
		assertTrue(session.getAttributes().isEmpty(), "nobody to tell yet");
		handler.afterConnectionEstablished(session);
		handler.handleMessage(session, new TextMessage("a"));
		handler.handleWritable(session);
		handler.handleDroppedMessages(session, dropped);
		assertEquals(Map.of("writable", 1, "dropped", dropped), session.getAttributes());
	}

	@Test
	void theHandlerIsForgottenOnceItsSessionWasClosed() throws Exception {
		var handler = new PerConnectionWebSocketHandler(CountingHandler.class);
		var session = new StubSession();
		handler.afterConnectionEstablished(session);
		handler.afterConnectionClosed(session, CloseStatus.GOING_AWAY);
		assertEquals(CloseStatus.GOING_AWAY, session.getAttributes().get("closed"));
		assertThrows(IllegalStateException.class, () -> handler.handleMessage(session, new TextMessage("a")));
	}

	@Test
	void aSupplierMayMakeTheHandlers() throws Exception {
		List<WebSocketHandler> made = new ArrayList<>();
		var handler = new PerConnectionWebSocketHandler(() -> {
			made.add(new TextWebSocketHandler());
			return made.get(made.size() - 1);
		}, true);
		handler.afterConnectionEstablished(new StubSession());
		handler.afterConnectionEstablished(new StubSession());
		assertNotSame(made.get(0), made.get(1));
		assertTrue(handler.supportsPartialMessages());
	}

	@Test
	void aHandlerThatCannotBeMadeFailsTheSessionAndNothingElse() throws Exception {
		var handler = new PerConnectionWebSocketHandler(Broken.class);
		var session = new StubSession();
		var failed = assertThrows(IllegalStateException.class, () -> handler.afterConnectionEstablished(session));
		assertEquals("made up by a test", failed.getCause().getMessage());
		handler.handleTransportError(session, failed);
		handler.afterConnectionClosed(session, CloseStatus.SERVER_ERROR);
	}

	@Test
	void aClassThatCannotBeMadeIsRefusedAtOnce() {
		var noConstructor = assertThrows(IllegalArgumentException.class,
				() -> new PerConnectionWebSocketHandler(NeedsAnArgument.class));
		assertTrue(noConstructor.getMessage().startsWith("handlerType "), noConstructor.getMessage());
		assertThrows(IllegalArgumentException.class,
				() -> new PerConnectionWebSocketHandler(AbstractWebSocketHandler.class));
		assertThrows(IllegalArgumentException.class, () -> new PerConnectionWebSocketHandler(WebSocketHandler.class));
		assertEquals("handlerType", assertThrows(NullPointerException.class,
				() -> new PerConnectionWebSocketHandler((Class<? extends WebSocketHandler>) null)).getMessage());
	}
}
