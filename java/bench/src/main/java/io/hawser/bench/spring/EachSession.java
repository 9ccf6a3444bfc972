package io.hawser.bench.spring;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/** Sends to one session after the other. With one publisher no two threads send to one session at once. */
final class EachSession implements Audience {
	private final Set<WebSocketSession> subscribers = ConcurrentHashMap.newKeySet();

	@Override
	public void add(WebSocketSession session) {
		subscribers.add(session);
	}

	@Override
	public void remove(WebSocketSession session) {
		subscribers.remove(session);
	}

	@Override
	public void publish(TextMessage publication) {
		// One message object for all of them: its bytes are made once at most.
		subscribers.forEach(subscriber -> send(subscriber, publication));
	}

	private static void send(WebSocketSession subscriber, TextMessage message) {
		try {
			subscriber.sendMessage(message);
		} catch (IOException | IllegalStateException e) {
			// It went away: its afterConnectionClosed takes it out.
		}
	}
}
