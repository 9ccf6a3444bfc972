package io.hawser.websocket;

import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The answer to an opening handshake while it is being decided. Nothing goes out before that.
 *
 * <p>Source: Spring's {@code org.springframework.http.server.ServerHttpResponse}.
 *
 * @since 0.1
 */
public interface ServerHttpResponse extends Flushable, Closeable {
	/**
	 * Set the status of a refusal; it has no effect on a handshake that is accepted.
	 *
	 * @param status 200 to 599
	 * @throws IllegalArgumentException if the status is outside that range
	 * @since 0.1
	 */
	void setStatusCode(HttpStatusCode status);

	/**
	 * Set the status of a refusal by its number. Beyond Spring.
	 *
	 * @param status 200 to 599
	 * @throws IllegalArgumentException if the status is outside that range
	 * @since 0.1
	 */
	default void setStatusCode(int status) {
		setStatusCode(HttpStatusCode.valueOf(status));
	}

	/**
	 * Return the headers of the answer.
	 * @return mutable until the handshake is decided. {@code Content-Length}, {@code Connection},
	 * {@code Upgrade}, {@code Date} and all {@code Sec-WebSocket-*} headers are the engine's own
	 * @since 0.1
	 */
	HttpHeaders getHeaders();

	/**
	 * Return the body of a refusal. It is kept in memory and sent when the handshake is decided.
	 *
	 * @return a stream; what is written to it is dropped if the handshake is accepted
	 * @throws IOException never by the engine's own responses
	 * @since 0.1
	 */
	OutputStream getBody() throws IOException;

	/**
	 * Does nothing: the engine sends the answer when the handshake is decided.
	 *
	 * @throws IOException never by the engine's own responses
	 * @since 0.1
	 */
	@Override
	void flush() throws IOException;

	/**
	 * Does nothing: the engine sends the answer when the handshake is decided.
	 * @since 0.1
	 */
	@Override
	void close();
}
