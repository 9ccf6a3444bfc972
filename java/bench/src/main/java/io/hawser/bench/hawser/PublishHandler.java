package io.hawser.bench.hawser;

import io.hawser.websocket.AbstractWebSocketHandler;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;

/** Publishes each text, a {@code String} that went through Java, to all who subscribed. */
final class PublishHandler extends AbstractWebSocketHandler {
	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) {
		session.publish(HawserServer.TOPIC, new TextMessage(message.getPayload()));
	}
}
