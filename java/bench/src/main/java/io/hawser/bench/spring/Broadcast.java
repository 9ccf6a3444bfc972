package io.hawser.bench.spring;

import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** The handlers of those who subscribe and of those who publish. */
final class Broadcast {
	private final Audience audience;

	Broadcast(Audience audience) {
		this.audience = audience;
	}

	WebSocketHandler subscribing() {
		return new TextWebSocketHandler() {
			@Override
			public void afterConnectionEstablished(WebSocketSession session) {
				audience.add(session);
			}

			@Override
			public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
				audience.remove(session);
			}
		};
	}

	WebSocketHandler publishing() {
		return new TextWebSocketHandler() {
			@Override
			protected void handleTextMessage(WebSocketSession session, TextMessage message) {
				audience.publish(new TextMessage(message.getPayload()));
			}
		};
	}
}
