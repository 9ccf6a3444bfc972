package io.hawser.websocket;

import java.security.Principal;
import java.util.Map;

/**
 * Says who asks for a session, after the interceptors have agreed to the handshake.
 *
 * <p>Called on one of the engine's threads, for several handshakes at a time; it may block. An exception refuses
 * the handshake with 500.
 *
 * <p>Source: {@code determineUser} of Spring's {@code DefaultHandshakeHandler}, which subclasses override there.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface UserResolver {
	/**
	 * Determine the user of a session that is about to be opened.
	 *
	 * @param request the opening handshake
	 * @param handler the handler that will serve the session
	 * @param attributes the attributes of the session, those of interceptors included; mutable
	 * @return becomes {@link WebSocketSession#getPrincipal()}; {@code null} leaves it to be the subject of the client's
	 * certificate, or unknown without one
	 * @since 0.1
	 */
	Principal determineUser(ServerHttpRequest request, WebSocketHandler handler, Map<String, Object> attributes);
}
