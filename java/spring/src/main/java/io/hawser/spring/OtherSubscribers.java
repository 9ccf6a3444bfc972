package io.hawser.spring;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.ConcurrentWebSocketSessionDecorator;

/**
 * Subscribers of topics whose sessions the engine does not serve: each gets the message by itself. Sessions that have ended are
 * forgotten when their topic is next used. Thread-safe.
 */
final class OtherSubscribers {
	private static final Log logger = LogFactory.getLog(OtherSubscribers.class);
	private static final int SEND_TIME_LIMIT_MS = 10_000;
	private static final int BUFFER_SIZE_LIMIT_BYTES = 1024 * 1024;

	/** By topic and by the session's id. */
	private final Map<String, Map<String, WebSocketSession>> topics = new ConcurrentHashMap<>();

	boolean subscribe(WebSocketSession session, String topic) {
		boolean[] added = new boolean[1];
		topics.compute(topic, (unused, known) -> {
			Map<String, WebSocketSession> sessions = known != null ? known : new ConcurrentHashMap<>();
			sessions.values().removeIf((other) -> !other.isOpen());
			added[0] = sessions.putIfAbsent(session.getId(), safe(session)) == null;
			return sessions;
		});
		return added[0];
	}

	boolean unsubscribe(WebSocketSession session, String topic) {
		boolean[] removed = new boolean[1];
		topics.computeIfPresent(topic, (unused, sessions) -> {
			removed[0] = sessions.remove(session.getId()) != null;
			return sessions.isEmpty() ? null : sessions;
		});
		return removed[0];
	}

	int publish(String topic, WebSocketMessage<?> message, WebSocketSession excluded) {
		int sent = 0;
		for (WebSocketSession session : topics.getOrDefault(topic, Map.of()).values()) {
			if (excluded != null && excluded.getId().equals(session.getId())) {
				continue;
			}
			if (!session.isOpen()) {
				unsubscribe(session, topic);
				continue;
			}
			sent += send(session, message) ? 1 : 0;
		}
		return sent;
	}

	int subscribers(String topic) {
		return (int) topics.getOrDefault(topic, Map.of()).values().stream().filter(WebSocketSession::isOpen).count();
	}

	private static WebSocketSession safe(WebSocketSession session) {
		return session instanceof ConcurrentWebSocketSessionDecorator ? session
				: new ConcurrentWebSocketSessionDecorator(session, SEND_TIME_LIMIT_MS, BUFFER_SIZE_LIMIT_BYTES);
	}

	private static boolean send(WebSocketSession session, WebSocketMessage<?> message) {
		try {
			session.sendMessage(message);
			return true;
		} catch (IOException | RuntimeException e) {
			logger.debug("Could not publish to " + session, e);
			return false;
		}
	}
}
