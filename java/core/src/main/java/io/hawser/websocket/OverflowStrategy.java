package io.hawser.websocket;

/**
 * What {@link WebSocketSession#sendMessage} does when the peer does not read and the session's buffered bytes have reached
 * {@link WebSocketEngineBuilder#sendHighWaterBytes(int)}.
 *
 * <p>Source: Spring's {@code ConcurrentWebSocketSessionDecorator.OverflowStrategy}; in this release one strategy exists.
 *
 * @since 0.1
 */
public enum OverflowStrategy {
	/** Close the session with 1013 at once and throw an {@link java.io.IOException}; the message is not queued. */
	TERMINATE
}
