package io.hawser.websocket;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Mutable headers of an opening handshake. Adds to {@link HttpHeaders} the setters of the handshake's own
 * headers; their names are constants there.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.WebSocketHttpHeaders}; unlike there, the constructor
 * copies.
 *
 * @since 0.1
 */
public class WebSocketHttpHeaders extends HttpHeaders {
	/**
	 * Create empty headers.
	 * @since 0.1
	 */
	public WebSocketHttpHeaders() {
	}

	/**
	 * Create a copy.
	 *
	 * @param headers names and values
	 * @throws IllegalArgumentException if a name or value would break the head of a message
	 * @since 0.1
	 */
	public WebSocketHttpHeaders(Map<String, List<String>> headers) {
		super(headers);
	}

	/**
	 * Set the subprotocols.
	 *
	 * @param secWebSocketProtocols their names, the preferred one first
	 * @since 0.1
	 */
	public void setSecWebSocketProtocol(List<String> secWebSocketProtocols) {
		Objects.requireNonNull(secWebSocketProtocols, "secWebSocketProtocols");
		set(SEC_WEBSOCKET_PROTOCOL, String.join(", ", secWebSocketProtocols));
	}

	/**
	 * Set one subprotocol.
	 *
	 * @param secWebSocketProtocol its name
	 * @since 0.1
	 */
	public void setSecWebSocketProtocol(String secWebSocketProtocol) {
		set(SEC_WEBSOCKET_PROTOCOL, Objects.requireNonNull(secWebSocketProtocol, "secWebSocketProtocol"));
	}

	/**
	 * Set the extensions.
	 *
	 * @param extensions the extensions in their order
	 * @since 0.1
	 */
	public void setSecWebSocketExtensions(List<WebSocketExtension> extensions) {
		Objects.requireNonNull(extensions, "extensions");
		set(SEC_WEBSOCKET_EXTENSIONS, String.join(", ", extensions.stream().map(Object::toString).toList()));
	}

	/**
	 * Return the key.
	 * @return {@code Sec-WebSocket-Key}, or {@code null}
	 * @since 0.1
	 */
	public String getSecWebSocketKey() {
		return getFirst(SEC_WEBSOCKET_KEY);
	}

	/**
	 * Return the version.
	 * @return {@code Sec-WebSocket-Version}, or {@code null}
	 * @since 0.1
	 */
	public String getSecWebSocketVersion() {
		return getFirst(SEC_WEBSOCKET_VERSION);
	}
}
