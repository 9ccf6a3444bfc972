package io.hawser.bench.hawser;

import io.hawser.websocket.AbstractWebSocketHandler;
import io.hawser.websocket.WebSocketSession;

/** Subscribes each session. */
final class SubscribeHandler extends AbstractWebSocketHandler {
	@Override
	public void afterConnectionEstablished(WebSocketSession session) {
		session.subscribe(HawserServer.TOPIC);
	}
}
