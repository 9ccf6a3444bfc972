package io.hawser.acceptance;

import java.io.IOException;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** Takes messages in whatever pieces the server hands over, and says how many bytes they were in all. */
final class PartialMessagesHandler extends TextWebSocketHandler {
	private static final String BYTES = "bytes";

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
		int bytes = (int) session.getAttributes().getOrDefault(BYTES, 0) + message.getPayloadLength();
		session.getAttributes().put(BYTES, message.isLast() ? 0 : bytes);
		if (message.isLast()) {
			session.sendMessage(new TextMessage("total " + bytes));
		}
	}

	@Override
	public boolean supportsPartialMessages() {
		return true;
	}
}
