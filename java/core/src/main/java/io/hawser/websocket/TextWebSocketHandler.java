package io.hawser.websocket;

import java.io.IOException;

/**
 * A handler for text messages only: a binary message closes the session with 1003.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.handler.TextWebSocketHandler}.
 *
 * @since 0.1
 */
public class TextWebSocketHandler extends AbstractWebSocketHandler {
	/**
	 * Create the handler.
	 * @since 0.1
	 */
	public TextWebSocketHandler() {
	}

	/** Closes the session with 1003 "Binary messages not supported". */
	@Override
	protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) {
		try {
			session.close(CloseStatus.NOT_ACCEPTABLE.withReason("Binary messages not supported"));
		} catch (IOException closingAlready) {
			// The session ends anyway; there is nobody left to tell.
		}
	}
}
