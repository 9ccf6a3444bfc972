package io.hawser.websocket;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A binary message, or one part of it: the bytes between position and limit of a buffer.
 *
 * <p>The bytes are not copied, so they must not be changed before {@link WebSocketSession#sendMessage} has
 * returned. The position of a buffer that was passed in is never moved: the message has its own.
 * Inbound messages are over a heap array of exactly their size, which belongs to the handler.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.BinaryMessage}.
 *
 * @since 0.1
 */
public final class BinaryMessage extends AbstractWebSocketMessage<ByteBuffer> {
	/**
	 * Create a whole message.
	 *
	 * @param payload the bytes between position and limit
	 * @since 0.1
	 */
	public BinaryMessage(ByteBuffer payload) {
		this(payload, true);
	}

	/**
	 * Create a message or one part of it.
	 *
	 * @param payload the bytes between position and limit
	 * @param isLast whether this is the end of the message
	 * @since 0.1
	 */
	public BinaryMessage(ByteBuffer payload, boolean isLast) {
		super(BufferView.of(payload), isLast);
	}

	/**
	 * Create a whole message.
	 *
	 * @param payload the bytes
	 * @since 0.1
	 */
	public BinaryMessage(byte[] payload) {
		this(payload, true);
	}

	/**
	 * Create a message or one part of it.
	 *
	 * @param payload the bytes
	 * @param isLast whether this is the end of the message
	 * @since 0.1
	 */
	public BinaryMessage(byte[] payload, boolean isLast) {
		super(ByteBuffer.wrap(Objects.requireNonNull(payload, "payload")), isLast);
	}

	/**
	 * Create a message or one part of it from a part of an array.
	 *
	 * @param payload the array
	 * @param offset the index of the first byte
	 * @param length the number of bytes
	 * @param isLast whether this is the end of the message
	 * @throws IndexOutOfBoundsException if offset and length do not lie inside the array
	 * @since 0.1
	 */
	public BinaryMessage(byte[] payload, int offset, int length, boolean isLast) {
		super(ByteBuffer.wrap(Objects.requireNonNull(payload, "payload"), offset, length), isLast);
	}

	private BinaryMessage(ByteBuffer payload, boolean isLast, boolean compress) {
		super(payload, isLast, compress);
	}

	@Override
	public int getPayloadLength() {
		return getPayload().remaining();
	}

	/**
	 * Return this message with a word of its own on compression, in place of what {@link Compression} says for its size.
	 * Means nothing where the session has not agreed to permessage-deflate, nor for parts of messages, which are never
	 * compressed.
	 *
	 * @param compress {@code true} to compress it whatever its size, {@code false} not to
	 * @return a message with the same payload, which is not copied
	 * @since 0.1
	 */
	public BinaryMessage withCompression(boolean compress) {
		return new BinaryMessage(getPayload(), isLast(), compress);
	}

	@Override
	protected String toStringPayload() {
		return getPayload().toString();
	}
}
