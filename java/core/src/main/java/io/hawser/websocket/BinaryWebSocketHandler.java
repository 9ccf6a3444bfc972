package io.hawser.websocket;

import java.io.IOException;

/**
 * A handler for binary messages only: a text message closes the session with 1003.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.handler.BinaryWebSocketHandler}.
 *
 * @since 0.1
 */
public class BinaryWebSocketHandler extends AbstractWebSocketHandler {
	/**
	 * Create the handler.
	 * @since 0.1
	 */
	public BinaryWebSocketHandler() {
	}

	/** Closes the session with 1003 "Text messages not supported". */
	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) {
		try {
			session.close(CloseStatus.NOT_ACCEPTABLE.withReason("Text messages not supported"));
		} catch (IOException closingAlready) {
			// The session ends anyway; there is nobody left to tell.
		}
	}
}
