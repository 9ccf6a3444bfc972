package io.hawser.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.ConcurrentWebSocketSessionDecorator;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/**
 * Sends each text to all who are connected; a number N brings N numbered texts to all, written by several threads at once, which only
 * the decorator makes possible on a servlet container.
 */
final class CrowdHandler extends TextWebSocketHandler {
	private static final int SEND_TIME_LIMIT_MS = 10_000;
	private static final int BUFFER_BYTES = 1024 * 1024;

	private final Map<String, WebSocketSession> crowd = new ConcurrentHashMap<>();

	@Override
	public void afterConnectionEstablished(WebSocketSession session) {
		crowd.put(session.getId(), new ConcurrentWebSocketSessionDecorator(session, SEND_TIME_LIMIT_MS, BUFFER_BYTES));
	}

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) {
		String text = message.getPayload();
		if (text.matches("\\d{1,5}")) {
			IntStream.range(0, Integer.parseInt(text)).parallel().forEach(number -> sendToAll(new TextMessage("number " + number)));
		} else {
			sendToAll(message);
		}
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		crowd.remove(session.getId());
	}

	private void sendToAll(TextMessage message) {
		for (WebSocketSession session : crowd.values()) {
			try {
				session.sendMessage(message);
			} catch (IOException e) {
				throw new UncheckedIOException(e);
			}
		}
	}
}
