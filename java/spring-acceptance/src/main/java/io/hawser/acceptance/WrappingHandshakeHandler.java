package io.hawser.acceptance;

import java.util.Map;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeFailureException;
import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/** Written by hand around Spring's own, as applications do that must see each handshake: a field inside the wrapped one is out of reach. */
final class WrappingHandshakeHandler implements HandshakeHandler {
	private final DefaultHandshakeHandler wrapped = new DefaultHandshakeHandler();

	WrappingHandshakeHandler(String... protocols) {
		wrapped.setSupportedProtocols(protocols);
	}

	@Override
	public boolean doHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler, Map<String, Object> attributes)
			throws HandshakeFailureException {
		attributes.put("handshakeHandler", "wrapping");
		response.getHeaders().add("X-Handshake-Handler", "wrapping");
		return wrapped.doHandshake(request, response, handler, attributes);
	}
}
