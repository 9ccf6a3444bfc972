package io.hawser.websocket;

/**
 * The application's side of WebSocket sessions: one object serves all sessions of its paths.
 * Knows nothing of threads, frames or sockets.
 *
 * <p><b>Order per session:</b> {@link #afterConnectionEstablished}, any number of {@link #handleMessage}, at
 * most one {@link #handleTransportError}, exactly one {@link #afterConnectionClosed}. A handshake that was
 * refused gives no callback. {@link #handleWritable} and {@link #handleDroppedMessages} come between messages.
 * <p><b>Threads:</b> callbacks of one session never overlap, and what one wrote the next one sees. Callbacks of
 * different sessions run in parallel, so state shared by sessions must be thread-safe. A callback may block:
 * its own session is then not read from beyond a bounded window.
 * <p><b>Exceptions:</b> any {@code Throwable} of a callback is logged with the session id and closes the session
 * with 1011; from {@link #afterConnectionClosed} it is only logged. The peer never sees its text.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.WebSocketHandler}.
 *
 * @since 0.1
 */
public interface WebSocketHandler {
	/**
	 * Called once the opening handshake is done and messages can be sent. No message is delivered before it
	 * has returned, although the client may already be sending.
	 *
	 * @param session the new session; the same object in all later callbacks
	 * @throws Exception anything; the session is then closed with 1011
	 * @since 0.1
	 */
	void afterConnectionEstablished(WebSocketSession session) throws Exception;

	/**
	 * Called for each text, binary or pong message. Pings are answered by the engine and not shown.
	 *
	 * @param session the session it came from
	 * @param message a {@link TextMessage}, {@link BinaryMessage} or {@link PongMessage}; its bytes belong to the
	 * handler and are never reused
	 * @throws Exception anything; the session is then closed with 1011
	 * @since 0.1
	 */
	void handleMessage(WebSocketSession session, WebSocketMessage<?> message) throws Exception;

	/**
	 * Called at most once, directly before {@link #afterConnectionClosed}, when the connection ended without a
	 * closing handshake (end of stream, reset, write error). A clean close has no transport error.
	 *
	 * @param session the session, already closed for sending
	 * @param exception the cause, an {@link java.io.IOException}
	 * @throws Exception anything; it is logged
	 * @since 0.1
	 */
	void handleTransportError(WebSocketSession session, Throwable exception) throws Exception;

	/**
	 * Called exactly once, as the last callback. All getters of the session still answer.
	 *
	 * @param session the ended session
	 * @param closeStatus what the peer sent; 1005 for a close frame without a code, 1006 where no close frame came
	 * @throws Exception anything; it is logged
	 * @since 0.1
	 */
	void afterConnectionClosed(WebSocketSession session, CloseStatus closeStatus) throws Exception;

	/**
	 * Called when less waits for the peer than {@link WebSocketEngineBuilder#sendLowWaterBytes}, after
	 * {@link WebSocketEngineBuilder#sendHighWaterBytes} had been reached: a handler that has held back may send again. While
	 * {@link WebSocketEngineBuilder#maxBufferedBytes} is reached both marks are 16,384 bytes, if not lower. It also comes when all
	 * that waits is held back by a message that is sent in parts, for its next part. It comes in the session's turn, so by then
	 * more may wait; several times while a callback runs are told as one; it does not come once the session is closing. By
	 * default it does nothing. Beyond Spring.
	 *
	 * @param session the session, open when this was called
	 * @throws Exception anything; the session is then closed with 1011
	 * @since 0.1
	 */
	default void handleWritable(WebSocketSession session) throws Exception {
	}

	/**
	 * Called when messages of this session were dropped because its peer does not read ({@link OverflowStrategy#DROP_OLDEST},
	 * {@link OverflowStrategy#DROP_NEWEST}). It comes in the session's turn; all that were dropped up to then are told as one.
	 * By default it does nothing. Beyond Spring.
	 *
	 * @param session the session, established and not ended
	 * @param dropped how many, and how large
	 * @throws Exception anything; the session is then closed with 1011
	 * @since 0.1
	 */
	default void handleDroppedMessages(WebSocketSession session, DroppedMessages dropped) throws Exception {
	}

	/**
	 * Return whether messages are delivered in parts as they arrive, told apart by
	 * {@link WebSocketMessage#isLast()}. Asked once per session, before it is established. For such a handler
	 * permessage-deflate is declined unless {@link WebSocketHandlerRegistration#setCompression} was called: a compressed
	 * message comes as one part, up to the session's size limit.
	 *
	 * @return {@code true} for parts, {@code false} for whole messages up to the session's size limit
	 * @since 0.1
	 */
	boolean supportsPartialMessages();
}
