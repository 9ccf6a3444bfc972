package io.hawser.websocket;

/**
 * Where a session is in its life; only ever moves down this list.
 *
 * <p>Source: the {@code readyState} of the browser's WebSocket; Spring has no such type.
 *
 * @since 0.1
 */
public enum ReadyState {
	/** The opening handshake is not finished. A handler never sees it. */
	CONNECTING,
	/** Messages can be sent and received. */
	OPEN,
	/** Either side has started the closing handshake; nothing more can be sent. */
	CLOSING,
	/** The connection has ended. */
	CLOSED
}
