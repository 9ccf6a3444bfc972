package io.hawser.websocket;

import java.nio.ByteBuffer;

/**
 * A ping to the peer, which answers with a pong of the same bytes (RFC 6455 section 5.5.2). Pings of the peer are
 * answered by the engine and never shown to a handler.
 *
 * <p>The position of a buffer that was passed in is never moved: the message has its own.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.PingMessage}.
 *
 * @since 0.1
 */
public final class PingMessage extends AbstractWebSocketMessage<ByteBuffer> {
	/**
	 * Create a ping without payload.
	 * @since 0.1
	 */
	public PingMessage() {
		super(ByteBuffer.allocate(0), true);
	}

	/**
	 * Create a ping.
	 *
	 * @param payload the bytes between position and limit; {@link WebSocketSession#sendMessage} refuses more than
	 * 125
	 * @since 0.1
	 */
	public PingMessage(ByteBuffer payload) {
		super(BufferView.of(payload), true);
	}

	@Override
	public int getPayloadLength() {
		return getPayload().remaining();
	}

	@Override
	protected String toStringPayload() {
		return getPayload().toString();
	}
}
