package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.ConcurrentWebSocketSessionDecorator.OverflowStrategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SessionDecoratorTests {
	private final Set<String> topics = new HashSet<>();
	private final StubSession inner = new StubSession() {
		@Override
		public long getBufferedAmount() {
			return 5_000_000_000L;
		}

		@Override
		public boolean subscribe(String topic) {
			return topics.add(topic);
		}

		@Override
		public boolean unsubscribe(String topic) {
			return topics.remove(topic);
		}

		@Override
		public boolean isSubscribed(String topic) {
			return topics.contains(topic);
		}

		@Override
		public int publish(String topic, WebSocketMessage<?> message) {
			sent.add(message);
			return topic.length();
		}
	};

	@Test
	void everyGetterAnswersWhatTheInnerSessionAnswers() throws Exception {
		var outer = new WebSocketSessionDecorator(inner);
		assertEquals(inner.getId(), outer.getId());
		assertEquals(inner.getUri(), outer.getUri());
		assertEquals(inner.getHandshakeHeaders(), outer.getHandshakeHeaders());
		assertSame(inner.getAttributes(), outer.getAttributes());
		assertEquals("somebody", outer.getPrincipal().getName());
		assertEquals(inner.getLocalAddress(), outer.getLocalAddress());
		assertEquals(inner.getRemoteAddress(), outer.getRemoteAddress());
		assertEquals("v1", outer.getAcceptedProtocol());
		assertEquals(inner.getExtensions(), outer.getExtensions());
		assertEquals(ReadyState.OPEN, outer.getReadyState());
		assertEquals(5_000_000_000L, outer.getBufferedAmount());
		outer.setTextMessageSizeLimit(1);
		outer.setBinaryMessageSizeLimit(2);
		assertEquals(1, outer.getTextMessageSizeLimit());
		assertEquals(2, outer.getBinaryMessageSizeLimit());
		outer.close();
		outer.close(CloseStatus.GOING_AWAY);
		assertEquals(List.of(CloseStatus.NORMAL, CloseStatus.GOING_AWAY), inner.closes);
		assertEquals(ReadyState.CLOSED, outer.getReadyState());
	}

	@Test
	void topicsAreThoseOfTheInnerSession() {
		var outer = new WebSocketSessionDecorator(inner);
		var message = new TextMessage("a");
		assertTrue(outer.subscribe("news"));
		assertFalse(outer.subscribe("news"));
		assertTrue(outer.isSubscribed("news"));
		assertEquals(4, outer.publish("news", message));
		assertSame(message, inner.sent.get(0));
		assertTrue(outer.unsubscribe("news"));
		assertFalse(outer.isSubscribed("news"));
	}

	@Test
	void aStandInWithoutTopicsSaysSo() {
		var standIn = new StubSession();
		var message = new TextMessage("a");
		for (Executable call : List.<Executable>of(() -> standIn.subscribe("t"), () -> standIn.unsubscribe("t"),
				() -> standIn.isSubscribed("t"), () -> standIn.publish("t", message))) {
			assertTrue(assertThrows(UnsupportedOperationException.class, call).getMessage().contains("StubSession"));
		}
	}

	@Test
	void theInnermostSessionIsFoundThroughAllDecorators() {
		var outer = new ConcurrentWebSocketSessionDecorator(new WebSocketSessionDecorator(inner), 1, 2);
		assertSame(inner, outer.getLastSession());
		assertSame(inner, WebSocketSessionDecorator.unwrap(outer));
		assertEquals("session",
				assertThrows(NullPointerException.class, () -> new WebSocketSessionDecorator(null)).getMessage());
	}

	@Test
	void theConcurrentDecoratorKeepsItsLimitsAndSendsAtOnce() throws Exception {
		var outer = new ConcurrentWebSocketSessionDecorator(inner, 100, 200, OverflowStrategy.DROP);
		List<WebSocketMessage<?>> seen = new ArrayList<>();
		outer.setMessageCallback(seen::add);
		var message = new TextMessage("a");

		outer.sendMessage(message);

		assertEquals(List.of(message), inner.sent);
		assertEquals(List.of(message), seen);
		assertEquals(100, outer.getSendTimeLimit());
		assertEquals(200, outer.getBufferSizeLimit());
		assertEquals(OverflowStrategy.DROP, outer.getOverflowStrategy());
		assertEquals(Integer.MAX_VALUE, outer.getBufferSize());
		assertEquals(0, outer.getTimeSinceSendStarted());
		assertEquals(OverflowStrategy.TERMINATE,
				new ConcurrentWebSocketSessionDecorator(inner, 1, 2).getOverflowStrategy());
	}

	@Test
	void aLimitExceptionCarriesTheStatusToCloseWith() {
		assertEquals(CloseStatus.SESSION_NOT_RELIABLE,
				new SessionLimitExceededException("too slow", CloseStatus.SESSION_NOT_RELIABLE).getStatus());
		assertEquals(CloseStatus.NO_STATUS_CODE, new SessionLimitExceededException("too slow", null).getStatus());
	}
}
