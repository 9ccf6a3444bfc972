package io.hawser.acceptance;

import java.io.IOException;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.BinaryWebSocketHandler;

/** Sends binary messages back. */
final class BinaryEchoHandler extends BinaryWebSocketHandler {
	@Override
	protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) throws IOException {
		session.sendMessage(new BinaryMessage(message.getPayload()));
	}
}
