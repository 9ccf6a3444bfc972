package io.hawser.acceptance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PingMessage;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** Sends texts back, but for those that ask for something else. Binary messages it refuses, as its superclass does. */
final class EchoHandler extends TextWebSocketHandler {
	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
		String text = message.getPayload();
		if (text.equals("id")) {
			session.sendMessage(new TextMessage(session.getId()));
		} else if (text.equals("ping")) {
			session.sendMessage(new PingMessage(ByteBuffer.wrap("are you there?".getBytes(StandardCharsets.UTF_8))));
		} else if (text.equals("fail")) {
			throw new IllegalStateException("the client asked for it");
		} else if (text.startsWith("close ")) {
			session.close(new CloseStatus(Integer.parseInt(text.substring(6, 10)), text.substring(11)));
		} else {
			session.sendMessage(new TextMessage(text));
		}
	}

	@Override
	protected void handlePongMessage(WebSocketSession session, PongMessage message) throws IOException {
		session.sendMessage(new TextMessage("pong " + StandardCharsets.UTF_8.decode(message.getPayload())));
	}
}
