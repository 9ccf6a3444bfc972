package io.hawser.websocket;

/**
 * Which threads call a handler. In every mode the callbacks of one session come one at a time and in order.
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public enum HandlerMode {
	/**
	 * The default: callbacks run on threads of their own, virtual ones on Java 21 and later, else a bounded pool
	 * ({@link WebSocketEngineBuilder#workers(int)}). A handler may block as long as it likes; only its own session
	 * waits, which is then not read from beyond {@link WebSocketEngineBuilder#inboundWindowBytes(int)}.
	 */
	WORKERS,
	/**
	 * Callbacks run on the thread that drives the connection's loop: the fastest way, for handlers that never
	 * block. One that does holds up all connections of its loop.
	 */
	INLINE
}
