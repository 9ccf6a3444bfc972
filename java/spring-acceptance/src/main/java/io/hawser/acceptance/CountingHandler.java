package io.hawser.acceptance;

import java.io.IOException;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** Numbers the messages of its one connection: Spring makes an object of it for each. */
public class CountingHandler extends TextWebSocketHandler {
	private int messages;

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
		messages++;
		session.sendMessage(new TextMessage(messages + " " + message.getPayload()));
	}
}
