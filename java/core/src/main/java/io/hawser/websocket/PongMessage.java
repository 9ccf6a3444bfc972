package io.hawser.websocket;

import java.nio.ByteBuffer;

/**
 * A pong: of the peer, in answer to a ping or unasked (RFC 6455 section 5.5.3); or to be sent unasked.
 *
 * <p>The position of a buffer that was passed in is never moved: the message has its own.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.PongMessage}.
 *
 * @since 0.1
 */
public final class PongMessage extends AbstractWebSocketMessage<ByteBuffer> {
	/**
	 * Create a pong without payload.
	 * @since 0.1
	 */
	public PongMessage() {
		super(ByteBuffer.allocate(0), true);
	}

	/**
	 * Create a pong.
	 *
	 * @param payload the bytes between position and limit; {@link WebSocketSession#sendMessage} refuses more than
	 * 125
	 * @since 0.1
	 */
	public PongMessage(ByteBuffer payload) {
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
