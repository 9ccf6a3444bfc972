package io.hawser.websocket;

/**
 * A message, or one part of it, on its way in or out.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.WebSocketMessage}.
 *
 * @param <T> the payload type
 * @since 0.1
 */
public interface WebSocketMessage<T> {
	/**
	 * Return the payload.
	 * @return the payload, always the same object
	 * @since 0.1
	 */
	T getPayload();

	/**
	 * Return the size of the payload.
	 * @return the number of bytes on the wire, frame headers and compression aside
	 * @since 0.1
	 */
	int getPayloadLength();

	/**
	 * Return whether this is the end of a message.
	 * @return {@code true} for a whole message and for its last part, {@code false} if more parts follow
	 * @since 0.1
	 */
	boolean isLast();
}
