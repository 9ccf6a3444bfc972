package io.hawser.websocket;

import io.hawser.websocket.internal.LogText;
import java.util.Objects;

/**
 * What all messages have in common: a payload and whether more parts follow. Immutable but for the content of a
 * buffer. Two messages are equal if their class and payload are; {@link #isLast()} is not compared, as in Spring, nor
 * is {@link #getCompression()}.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.AbstractWebSocketMessage}.
 *
 * @param <T> the payload type
 * @since 0.1
 */
public abstract class AbstractWebSocketMessage<T> implements WebSocketMessage<T> {
	private final T payload;
	private final boolean last;
	private final Boolean compression;

	AbstractWebSocketMessage(T payload, boolean last) {
		this(Objects.requireNonNull(payload, "payload"), last, null);
	}

	/** Takes {@code null} as payload of a class that makes it when it is asked for. */
	AbstractWebSocketMessage(T payload, boolean last, Boolean compression) {
		this.payload = payload;
		this.last = last;
		this.compression = compression;
	}

	@Override
	public T getPayload() {
		return payload;
	}

	@Override
	public boolean isLast() {
		return last;
	}

	/**
	 * Return what was said about the compression of this very message. Beyond Spring.
	 * @return {@code true} to compress it whatever its size, {@code false} not to, {@code null} to do as the handler's
	 * {@link Compression} says
	 * @since 0.1
	 */
	public Boolean getCompression() {
		return compression;
	}

	@Override
	public boolean equals(Object other) {
		return this == other || other != null && getClass() == other.getClass()
				&& getPayload().equals(((AbstractWebSocketMessage<?>) other).getPayload());
	}

	@Override
	public int hashCode() {
		return getPayload().hashCode();
	}

	/**
	 * Return a short form for logs; control characters of the payload are escaped.
	 * @return class, start of the payload, length in bytes, whether it is the last part
	 */
	@Override
	public String toString() {
		return getClass().getSimpleName() + " payload=[" + LogText.printable(toStringPayload()) + "], byteCount="
				+ getPayloadLength() + ", last=" + last + "]";
	}

	/**
	 * Return the payload as it stands in {@link #toString()}.
	 * @return a short text
	 * @since 0.1
	 */
	protected abstract String toStringPayload();
}
