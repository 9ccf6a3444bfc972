package io.hawser.acceptance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.WebSocketHandlerDecorator;

/** Who is connected, and how those ended who were. */
@Component
class SessionRegistry {
	/** Of the sessions that ended, the last so many are remembered. */
	private static final int ENDED_KEPT = 1_000;

	private final Map<String, Entry> open = new ConcurrentHashMap<>();
	private final Map<String, Entry> ended = new LinkedHashMap<>();

	/** Returns a handler that does what the given one does, and whose sessions are known here. */
	WebSocketHandler watch(WebSocketHandler handler) {
		return new WebSocketHandlerDecorator(handler) {
			@Override
			public void afterConnectionEstablished(WebSocketSession session) throws Exception {
				open.put(session.getId(), new Entry(session));
				super.afterConnectionEstablished(session);
			}

			@Override
			public void afterConnectionClosed(WebSocketSession session, CloseStatus status) throws Exception {
				end(session, status);
				super.afterConnectionClosed(session, status);
			}
		};
	}

	/** Returns whose sessions are open, by path and class. */
	List<String> openSessions() {
		return open.values().stream().map(entry -> entry.session.getUri() + " " + entry.session.getClass().getSimpleName()).toList();
	}

	/** Returns what is known of a session, or null. */
	Map<String, Object> describe(String id) {
		Entry entry = open.get(id);
		if (entry != null) {
			return entry.describe();
		}
		synchronized (ended) {
			Entry last = ended.get(id);
			return last == null ? null : last.fate();
		}
	}

	private void end(WebSocketSession session, CloseStatus status) {
		Entry entry = open.remove(session.getId());
		synchronized (ended) {
			Entry last = entry != null ? entry : ended.computeIfAbsent(session.getId(), id -> new Entry(session));
			last.closings.add(status.getCode() + (status.getReason() == null ? "" : " " + status.getReason()));
			ended.put(session.getId(), last);
			if (ended.size() > ENDED_KEPT) {
				ended.remove(ended.keySet().iterator().next());
			}
		}
	}

	private static final class Entry {
		private final WebSocketSession session;
		private final Map<String, Object> firstCallback;
		private final List<String> closings = new ArrayList<>();

		Entry(WebSocketSession session) {
			this.session = session;
			firstCallback = SessionDescription.ofFirstCallback(session);
		}

		Map<String, Object> describe() {
			try {
				Map<String, Object> description = SessionDescription.of(session);
				description.putAll(firstCallback);
				return description;
			} catch (IllegalStateException e) {
				return Map.of("open", false); // it ends just now, and Tomcat's no longer answers
			}
		}

		/** How often the end was told of and with what: once is right. */
		Map<String, Object> fate() {
			return Map.of("open", session.isOpen(), "closings", List.copyOf(closings));
		}
	}
}
