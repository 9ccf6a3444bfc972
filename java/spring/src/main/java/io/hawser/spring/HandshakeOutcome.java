package io.hawser.spring;

import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.web.socket.WebSocketHandler;

/**
 * What Spring has decided about an opening handshake, whatever the container's way of upgrading. Knows no engine.
 *
 * @param handler the handler, with Spring's decorators
 * @param headers the request's headers
 * @param attributes what interceptors have put there
 * @param principal {@code null} for nobody
 * @param protocol the chosen subprotocol, {@code null} for none
 * @param compression whether permessage-deflate may be agreed to
 * @param limits the largest messages
 * @param localAddress the address that the client asked
 * @param remoteAddress the client's, as forwarded headers say where they are believed
 */
record HandshakeOutcome(WebSocketHandler handler, HttpHeaders headers, Map<String, Object> attributes, Principal principal,
		String protocol, boolean compression, MessageLimits limits, InetSocketAddress localAddress,
		InetSocketAddress remoteAddress) {
}
