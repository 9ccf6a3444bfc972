package io.hawser.websocket;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Map;

/**
 * One WebSocket connection as a handler sees it.
 *
 * <p><b>Threads:</b> all methods may be called from any thread, also inside a callback. Messages of one thread
 * keep their order and never interleave with those of others. {@code equals} and {@code hashCode} are stable.
 * <p><b>Closing:</b> once either side has started the closing handshake or the transport failed,
 * {@link #isOpen()} is {@code false}, sending throws {@link IOException}, {@code close} does nothing and all
 * getters still answer, also after the end. The peer's Close frame counts in its order: when the messages before
 * it have been handled, so that they can be answered, at the latest after the engine's close timeout.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.WebSocketSession}; {@link #getReadyState()},
 * {@link #getBufferedAmount()} and topics go beyond it.
 *
 * @since 0.1
 */
public interface WebSocketSession extends Closeable {
	/**
	 * Return the identifier of this session.
	 * @return a short printable text, unique in its engine
	 * @since 0.1
	 */
	String getId();

	/**
	 * Return the URI of the opening handshake as asked: scheme, host, port, path and query.
	 * @return the URI, or {@code null} where a session not made by the engine has none
	 * @since 0.1
	 */
	URI getUri();

	/**
	 * Return the headers of the opening handshake: a read-only copy with all values, names case-insensitive.
	 * @return the headers
	 * @since 0.1
	 */
	HttpHeaders getHandshakeHeaders();

	/**
	 * Return the attributes of this session, those put in by a {@link HandshakeInterceptor} included.
	 * @return a mutable map that is safe for concurrent use and takes no {@code null} key or value
	 * @since 0.1
	 */
	Map<String, Object> getAttributes();

	/**
	 * Return who is at the other end: as the {@link UserResolver} said, else the subject of the certificate that the client
	 * showed by TLS, a {@link javax.security.auth.x500.X500Principal}.
	 * @return the user, or {@code null} if unknown
	 * @since 0.1
	 */
	Principal getPrincipal();

	/**
	 * Return the address on which the connection was accepted.
	 * @return the address, or {@code null} where a session not made by the engine has none
	 * @since 0.1
	 */
	InetSocketAddress getLocalAddress();

	/**
	 * Return the address of the peer.
	 * @return the address, or {@code null} where a session not made by the engine has none
	 * @since 0.1
	 */
	InetSocketAddress getRemoteAddress();

	/**
	 * Return the subprotocol agreed on in the opening handshake.
	 * @return the subprotocol, or {@code null} if there is none
	 * @since 0.1
	 */
	String getAcceptedProtocol();

	/**
	 * Set the largest inbound text message; it counts from the next message on. A message of exactly this size
	 * passes, one byte more closes the session with 1009.
	 *
	 * @param messageSizeLimit the limit in bytes of UTF-8, after inflating
	 * @throws IllegalArgumentException if the limit is outside the engine's range for it
	 * @since 0.1
	 */
	void setTextMessageSizeLimit(int messageSizeLimit);

	/**
	 * Return the limit for inbound text messages.
	 * @return the limit in bytes; 65,536 unless set otherwise
	 * @since 0.1
	 */
	int getTextMessageSizeLimit();

	/**
	 * Set the largest inbound binary message; it counts from the next message on. A message of exactly this
	 * size passes, one byte more closes the session with 1009.
	 *
	 * @param messageSizeLimit the limit in bytes, after inflating
	 * @throws IllegalArgumentException if the limit is outside the engine's range for it
	 * @since 0.1
	 */
	void setBinaryMessageSizeLimit(int messageSizeLimit);

	/**
	 * Return the limit for inbound binary messages.
	 * @return the limit in bytes; 65,536 unless set otherwise
	 * @since 0.1
	 */
	int getBinaryMessageSizeLimit();

	/**
	 * Return the extensions agreed on in the opening handshake, in their order.
	 * @return the extensions; empty if there are none
	 * @since 0.1
	 */
	List<WebSocketExtension> getExtensions();

	/**
	 * Queue a message; its payload is copied before this method returns, and a buffer's position is not moved.
	 * Returns when the engine has the bytes, not when the peer has them. What happens when the peer does not
	 * read is decided by the {@link OverflowStrategy}: with the default, {@link OverflowStrategy#BLOCK}, it waits for room;
	 * those that drop may drop this message, too, which is no error. Pings and pongs never wait and are never dropped.
	 *
	 * @param message text, binary, ping or pong; ping and pong carry at most 125 bytes
	 * @throws IllegalArgumentException if the message is of another type, or a ping or pong payload is longer
	 * @throws IllegalStateException if a message of the other kind is being sent in parts and is not complete; that the
	 * parts of one message are not mixed with other messages of its kind is up to the caller
	 * @throws SendTimeoutException if it has waited for the peer to read as long as
	 * {@link WebSocketEngineBuilder#sendTimeLimit} allows; nothing was queued, and the session is closing with 1013
	 * @throws java.io.InterruptedIOException if the thread was interrupted while it waited; its flag is set, nothing was
	 * queued, and the session goes on
	 * @throws IOException if the session is closing or closed, or begins to while this waits; or if this ends it with 1013:
	 * by {@link OverflowStrategy#TERMINATE}, for 65,536 bytes of pings and pongs that wait, or where it would have to wait and
	 * no thread can be started for the loop; nothing was queued
	 * @since 0.1
	 */
	void sendMessage(WebSocketMessage<?> message) throws IOException;

	/**
	 * Return whether messages can be sent: {@code getReadyState() == ReadyState.OPEN}.
	 * @return {@code false} once either side has started to close
	 * @since 0.1
	 */
	boolean isOpen();

	/**
	 * Start the closing handshake with {@link CloseStatus#NORMAL}; see {@link #close(CloseStatus)}.
	 *
	 * @throws IOException never by the engine's own sessions; a decorator may
	 * @since 0.1
	 */
	@Override
	void close() throws IOException;

	/**
	 * Start the closing handshake and return at once: waiting messages go first, then the close frame. The
	 * handler's {@code afterConnectionClosed} follows in the session's own turn, never inside this call.
	 * Does nothing if the session is already closing or closed.
	 *
	 * @param status the code and reason for the peer. 1005 sends a close frame without a code, 1006 and 1015
	 * cut the connection without a frame. A reason is cut to 123 bytes of UTF-8 at a code point
	 * @throws IOException never by the engine's own sessions; a decorator may
	 * @since 0.1
	 */
	void close(CloseStatus status) throws IOException;

	/**
	 * Return where this session is in its life. Beyond Spring; the default tells open and closed apart, for
	 * stand-ins in tests.
	 * @return the state at this moment
	 * @since 0.1
	 */
	default ReadyState getReadyState() {
		return isOpen() ? ReadyState.OPEN : ReadyState.CLOSED;
	}

	/**
	 * Return the bytes accepted by {@link #sendMessage} and not yet written to the socket, frame headers
	 * included. By TLS what waits encrypted counts as written: up to 32 KiB and their framing. Beyond Spring; the default
	 * is that of a session that never buffers, for stand-ins in tests.
	 * @return the exact count in bytes; 0 after the end
	 * @since 0.1
	 */
	default long getBufferedAmount() {
		return 0;
	}

	/**
	 * Subscribe this session to a topic: from now on it gets what is published there. It ends with
	 * {@link #unsubscribe} or with the session. Beyond Spring; by default not supported, for stand-ins in tests.
	 *
	 * @param topic the topic, 1 to 255 bytes of UTF-8; one that nobody has subscribed to need not be made
	 * @return {@code true}, or {@code false} if it was subscribed before
	 * @throws IllegalArgumentException if the topic has another length, or half of a surrogate pair
	 * @throws IllegalStateException if the session is not open, or has as many topics as
	 * {@link WebSocketEngineBuilder#maxTopicsPerSession} allows
	 * @since 0.1
	 */
	default boolean subscribe(String topic) {
		throw new UnsupportedOperationException("this session has no topics: " + getClass().getName());
	}

	/**
	 * End a subscription: what is published after this has returned does not come, what waits already does. Beyond Spring; by
	 * default not supported.
	 *
	 * @param topic the topic
	 * @return {@code true}, or {@code false} if there was no subscription, or the session is not open
	 * @throws IllegalArgumentException as {@link #subscribe}
	 * @since 0.1
	 */
	default boolean unsubscribe(String topic) {
		throw new UnsupportedOperationException("this session has no topics: " + getClass().getName());
	}

	/**
	 * Return whether this session has subscribed to a topic. Beyond Spring; by default not supported.
	 *
	 * @param topic the topic
	 * @return {@code false} also when the session is not open
	 * @throws IllegalArgumentException as {@link #subscribe}
	 * @since 0.1
	 */
	default boolean isSubscribed(String topic) {
		throw new UnsupportedOperationException("this session has no topics: " + getClass().getName());
	}

	/**
	 * Publish a message to all subscribers of a topic but this session, which need not have subscribed and may have ended;
	 * as {@link WebSocketEngine#publish(String, WebSocketMessage, WebSocketSession)}. Beyond Spring; by default not supported.
	 *
	 * @param topic the topic
	 * @param message a whole text or binary message
	 * @return how many subscribers it was published to; 0 is no error
	 * @throws IllegalArgumentException if the message is of another type or a part, or as {@link #subscribe}
	 * @throws IllegalStateException if the engine has ended
	 * @since 0.1
	 */
	default int publish(String topic, WebSocketMessage<?> message) {
		throw new UnsupportedOperationException("this session has no topics: " + getClass().getName());
	}
}
