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
	 * The default: callbacks run on the thread that drives the connection's loop, and a handler may block all the same: when
	 * one has not returned after a few milliseconds, another thread takes the loop over and all other sessions
	 * go on. A handler that blocks often is moved to the threads of {@link #WORKERS} for good, which is logged once. A
	 * session whose handler blocks is not read from beyond {@link WebSocketEngineBuilder#inboundWindowBytes(int)}.
	 */
	ADAPTIVE,
	/**
	 * Callbacks run on threads of their own, virtual ones on Java 21 and later, else a bounded pool
	 * ({@link WebSocketEngineBuilder#workers(int)}): for handlers that are known to block. Only the session that blocks
	 * waits, as in {@link #ADAPTIVE}.
	 */
	WORKERS,
	/**
	 * Callbacks run on the thread that drives the connection's loop, for handlers that never block: one that does holds up
	 * all connections of its loop. Only a send that has to wait for its peer hands the loop to another thread first; the
	 * callbacks of its session that are then due follow on the thread that waited. Where all
	 * {@link WebSocketEngineBuilder#spareCarriers} of a loop wait so, or block, worker threads call the handler until one is free.
	 */
	INLINE
}
