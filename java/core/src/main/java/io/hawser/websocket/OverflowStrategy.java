package io.hawser.websocket;

/**
 * What happens to a text or binary message when the peer does not read, so that what waits for it has reached
 * {@link WebSocketEngineBuilder#sendHighWaterBytes(int)}, or that of all sessions together
 * {@link WebSocketEngineBuilder#maxBufferedBytes(long)}. Pings, pongs and Close frames are outside of it: they go ahead of
 * waiting messages and are never dropped.
 *
 * <p>Source: Spring's {@code ConcurrentWebSocketSessionDecorator.OverflowStrategy}, whose {@code DROP} is
 * {@link #DROP_OLDEST}; {@link #BLOCK} and {@link #DROP_NEWEST} go beyond it.
 *
 * @since 0.1
 */
public enum OverflowStrategy {
	/**
	 * The default: {@link WebSocketSession#sendMessage} waits until less waits than
	 * {@link WebSocketEngineBuilder#sendLowWaterBytes(int)}, and no longer than
	 * {@link WebSocketEngineBuilder#sendTimeLimit}; then the session is closed with 1013 and the sender gets a
	 * {@link SendTimeoutException}. Inside a callback only its own session waits; where no thread can be started to drive the
	 * loop meanwhile, the session is closed at once. A publication never waits: there this is {@link #TERMINATE}.
	 */
	BLOCK,
	/** Close the session with 1013 at once, without what waits; the sender gets an {@link java.io.IOException}. */
	TERMINATE,
	/**
	 * Queue the message and drop the oldest that wait, except one of which a part is written, that is sent in parts, or that
	 * is compressed with context takeover, which later ones refer to. Where they leave so little to drop that twice the mark
	 * is reached, the message itself is dropped, as with {@link #DROP_NEWEST}; a further part of one that is sent in parts
	 * then closes the session with 1013. The handler is told ({@link WebSocketHandler#handleDroppedMessages}).
	 */
	DROP_OLDEST,
	/** Drop the message; {@code sendMessage} returns normally. The handler is told as with {@link #DROP_OLDEST}. */
	DROP_NEWEST
}
