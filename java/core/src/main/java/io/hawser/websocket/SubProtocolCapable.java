package io.hawser.websocket;

import java.util.List;

/**
 * A {@link WebSocketHandler} that supports subprotocols (RFC 6455 section 1.9). Of the client's list, in the
 * client's order, the first that is in this list is agreed on.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.SubProtocolCapable}.
 *
 * @since 0.1
 */
public interface SubProtocolCapable {
	/**
	 * Return the supported subprotocols. Asked at each opening handshake, on any thread.
	 * @return names as they stand in {@code Sec-WebSocket-Protocol}, compared case-sensitively; may be empty
	 * @since 0.1
	 */
	List<String> getSubProtocols();
}
