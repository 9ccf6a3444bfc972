package io.hawser.spring;

import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketMessage;

/** Turns Spring's messages into the engine's and back, without copying a payload. Knows no session. */
final class Messages {
	private Messages() {
	}

	static WebSocketMessage<?> toSpring(io.hawser.websocket.WebSocketMessage<?> message) {
		if (message instanceof io.hawser.websocket.TextMessage text) {
			return new TextMessage(text.getPayload(), text.isLast());
		}
		if (message instanceof io.hawser.websocket.BinaryMessage binary) {
			return new BinaryMessage(binary.getPayload(), binary.isLast());
		}
		return new PongMessage(((io.hawser.websocket.PongMessage) message).getPayload());
	}

	/** Returns a message for {@link HawserTopics}. */
	static io.hawser.websocket.WebSocketMessage<?> toEngine(WebSocketMessage<?> message) {
		if (message instanceof TextMessage text) {
			return toEngine(text);
		}
		if (message instanceof BinaryMessage binary) {
			return toEngine(binary);
		}
		throw new IllegalArgumentException("message must be a TextMessage or a BinaryMessage, not a "
				+ message.getClass().getSimpleName());
	}

	static io.hawser.websocket.TextMessage toEngine(TextMessage message) {
		return new io.hawser.websocket.TextMessage(message.getPayload(), message.isLast());
	}

	static io.hawser.websocket.BinaryMessage toEngine(BinaryMessage message) {
		return new io.hawser.websocket.BinaryMessage(message.getPayload(), message.isLast());
	}

	static CloseStatus toSpring(io.hawser.websocket.CloseStatus status) {
		return new CloseStatus(status.getCode(), status.getReason());
	}
}
