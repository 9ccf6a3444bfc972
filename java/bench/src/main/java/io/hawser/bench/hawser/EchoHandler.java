package io.hawser.bench.hawser;

import io.hawser.websocket.AbstractWebSocketHandler;
import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;

/** Sends each message back: text as a {@code String} that went through Java, binary as it came. */
class EchoHandler extends AbstractWebSocketHandler {
	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
		session.sendMessage(new TextMessage(message.getPayload()));
	}

	@Override
	protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) throws IOException {
		session.sendMessage(message);
	}
}
