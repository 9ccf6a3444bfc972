package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandlerDecoratorTests {
	private final StubSession session = new StubSession();

	/** Writes down each callback and fails in all of them if told so. */
	private static final class RecordingHandler implements WebSocketHandler {
		final List<String> calls = new ArrayList<>();
		Throwable failure;

		@Override
		public void afterConnectionEstablished(WebSocketSession session) throws Exception {
			record("established");
		}

		@Override
		public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) throws Exception {
			record("message:" + message.getPayload());
		}

		@Override
		public void handleTransportError(WebSocketSession session, Throwable exception) throws Exception {
			record("error:" + exception.getMessage());
		}

		@Override
		public void afterConnectionClosed(WebSocketSession session, CloseStatus closeStatus) throws Exception {
			record("closed:" + closeStatus.getCode());
		}

		@Override
		public void handleWritable(WebSocketSession session) throws Exception {
			record("writable");
		}

		@Override
		public void handleDroppedMessages(WebSocketSession session, DroppedMessages dropped) throws Exception {
			record("dropped:" + dropped.messages() + ":" + dropped.bytes());
		}

		@Override
		public boolean supportsPartialMessages() {
			return true;
		}

		private void record(String call) throws Exception {
			calls.add(call);
			if (failure instanceof Error error) {
				throw error;
			}
			if (failure instanceof Exception exception) {
				throw exception;
			}
		}
	}

	private void callAll(WebSocketHandler handler) throws Exception {
		handler.afterConnectionEstablished(session);
		handler.handleMessage(session, new TextMessage("a\nb"));
		handler.handleWritable(session);
		handler.handleDroppedMessages(session, new DroppedMessages(2, 30));
		handler.handleTransportError(session, new IOException("gone"));
		handler.afterConnectionClosed(session, CloseStatus.NORMAL);
	}

	@Test
	void everyCallbackPassesThroughAllDecorators() throws Exception {
		var inner = new RecordingHandler();
		var outer = new LoggingWebSocketHandlerDecorator(
				new ExceptionWebSocketHandlerDecorator(new WebSocketHandlerDecorator(inner)));
		callAll(outer);
		assertEquals(List.of("established", "message:a\nb", "writable", "dropped:2:30", "error:gone", "closed:1000"), inner.calls);
		assertTrue(outer.supportsPartialMessages());
	}

	@Test
	void theInnermostHandlerIsFoundThroughAllDecorators() {
		var inner = new RecordingHandler();
		var middle = new WebSocketHandlerDecorator(inner);
		var outer = new LoggingWebSocketHandlerDecorator(middle);
		assertSame(middle, outer.getDelegate());
		assertSame(inner, outer.getLastHandler());
		assertSame(inner, WebSocketHandlerDecorator.unwrap(outer));
		assertSame(inner, WebSocketHandlerDecorator.unwrap(inner));
		assertTrue(outer.toString().startsWith("LoggingWebSocketHandlerDecorator [delegate=WebSocketHandlerDecorator"));
	}

	@Test
	void anythingThrownBeforeTheEndClosesTheSessionWith1011() throws Exception {
		var inner = new RecordingHandler();
		inner.failure = new OutOfMemoryError("made up by a test");
		callAll(new ExceptionWebSocketHandlerDecorator(inner));
		assertEquals(Collections.nCopies(5, CloseStatus.SERVER_ERROR), session.closes);
		assertEquals(6, inner.calls.size());
	}

	@Test
	void anExceptionOfTheLastCallbackClosesNothing() {
		var inner = new RecordingHandler();
		inner.failure = new IllegalStateException("made up by a test");
		new ExceptionWebSocketHandlerDecorator(inner).afterConnectionClosed(session, CloseStatus.NORMAL);
		assertEquals(List.of(), session.closes);
	}

	@Test
	void aPlainDecoratorLetsExceptionsThrough() {
		var inner = new RecordingHandler();
		inner.failure = new IOException("made up by a test");
		assertThrows(IOException.class, () -> callAll(new WebSocketHandlerDecorator(inner)));
	}

	@Test
	void aHandlerThatDoesNotCareNeedNotHaveTheOutboundCallbacks() throws Exception {
		var handler = new TextWebSocketHandler();
		handler.handleWritable(session);
		handler.handleDroppedMessages(session, new DroppedMessages(1, 2));
		assertEquals(List.of(), session.closes);
	}

	@Test
	void aMissingDelegateIsRefusedByName() {
		assertEquals("delegate", assertThrows(NullPointerException.class,
				() -> new LoggingWebSocketHandlerDecorator(null)).getMessage());
		assertEquals("handler", assertThrows(NullPointerException.class,
				() -> WebSocketHandlerDecorator.unwrap(null)).getMessage());
	}
}
