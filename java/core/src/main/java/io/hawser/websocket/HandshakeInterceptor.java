package io.hawser.websocket;

import java.util.Map;

/**
 * Looks at an opening handshake before it is answered; may refuse it or put attributes into the session.
 *
 * <p>Interceptors run in the order of their registration on one of the engine's threads; they may block, other
 * connections go on. One object serves all handshakes of its paths at the same time.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.server.HandshakeInterceptor}.
 *
 * @since 0.1
 */
public interface HandshakeInterceptor {
	/**
	 * Called before the handshake is answered.
	 *
	 * @param request the request
	 * @param response headers set here go out with the 101 answer; status and body only with a refusal
	 * @param wsHandler the handler that would serve the session
	 * @param attributes becomes {@link WebSocketSession#getAttributes()}; mutable, no {@code null} values
	 * @return {@code true} to go on; {@code false} to refuse with the status of {@code response}, 403 if none was set
	 * @throws Exception anything; the client gets a 500 without the exception's text
	 * @since 0.1
	 */
	boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler wsHandler,
			Map<String, Object> attributes) throws Exception;

	/**
	 * Called after the handshake was decided, in reverse order, for each interceptor whose
	 * {@link #beforeHandshake} returned {@code true}.
	 *
	 * @param request the request
	 * @param response the decided response; changes have no effect any more
	 * @param wsHandler the handler of the path
	 * @param exception what ended the handshake, or {@code null} if nothing was thrown
	 * @since 0.1
	 */
	void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler wsHandler,
			Exception exception);
}
