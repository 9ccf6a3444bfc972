package io.hawser.bench.spring;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** Those who subscribed and those who publish to them. With one publisher no two threads send to one session at once. */
final class Broadcast {
	private final Set<WebSocketSession> subscribers = ConcurrentHashMap.newKeySet();

	WebSocketHandler subscribing() {
		return new TextWebSocketHandler() {
			@Override
			public void afterConnectionEstablished(WebSocketSession session) {
				subscribers.add(session);
			}

			@Override
			public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
				subscribers.remove(session);
			}
		};
	}

	WebSocketHandler publishing() {
		return new TextWebSocketHandler() {
			@Override
			protected void handleTextMessage(WebSocketSession session, TextMessage message) {
				// One message object for all of them: its bytes are made once at most.
				TextMessage publication = new TextMessage(message.getPayload());
				subscribers.forEach(subscriber -> send(subscriber, publication));
			}
		};
	}

	private static void send(WebSocketSession subscriber, TextMessage message) {
		try {
			subscriber.sendMessage(message);
		} catch (IOException | IllegalStateException e) {
			// It went away: its afterConnectionClosed takes it out.
		}
	}
}
