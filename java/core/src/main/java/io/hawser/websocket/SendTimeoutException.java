package io.hawser.websocket;

import java.io.IOException;

/**
 * Thrown by {@link WebSocketSession#sendMessage} when the sender has waited for the peer to read as long as
 * {@link WebSocketEngineBuilder#sendTimeLimit} allows ({@link OverflowStrategy#BLOCK}). The message was not queued, and the
 * session is being closed with 1013.
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public class SendTimeoutException extends IOException {
	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 *
	 * @param message names the session and the time
	 * @since 0.1
	 */
	public SendTimeoutException(String message) {
		super(message);
	}
}
