package io.hawser.acceptance;

import java.io.IOException;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** Lowers the session's limits as soon as it is open, and sends texts back. */
final class SmallMessagesHandler extends TextWebSocketHandler {
	static final int MAX_BYTES = 1024;

	@Override
	public void afterConnectionEstablished(WebSocketSession session) throws IOException {
		session.setTextMessageSizeLimit(MAX_BYTES);
		session.setBinaryMessageSizeLimit(MAX_BYTES);
		session.sendMessage(new TextMessage("limits " + session.getTextMessageSizeLimit() + " " + session.getBinaryMessageSizeLimit()));
	}

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
		session.sendMessage(new TextMessage(message.getPayload()));
	}
}
