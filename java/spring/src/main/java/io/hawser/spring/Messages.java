package io.hawser.spring;

import java.lang.reflect.Field;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketMessage;

/** Turns Spring's messages into the engine's and back, without copying a payload. Knows no session. */
final class Messages {
	/** The UTF-8 that Spring's STOMP encoder has made, and Spring has decoded again; {@code null} where it cannot be read. */
	private static final Field UTF_8 = FieldReader.find(TextMessage.class, byte[].class).orElse(null);

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

	/** Returns a message that has the bytes which Spring's was made of, or else its text. */
	static io.hawser.websocket.TextMessage toEngine(TextMessage message) {
		byte[] utf8 = UTF_8 == null ? null : (byte[]) ReflectionUtils.getField(UTF_8, message);
		if (utf8 != null) {
			return io.hawser.websocket.TextMessage.wrap(utf8);
		}
		return new io.hawser.websocket.TextMessage(message.getPayload(), message.isLast());
	}

	static io.hawser.websocket.BinaryMessage toEngine(BinaryMessage message) {
		return new io.hawser.websocket.BinaryMessage(message.getPayload(), message.isLast());
	}

	static CloseStatus toSpring(io.hawser.websocket.CloseStatus status) {
		return new CloseStatus(status.getCode(), status.getReason());
	}
}
