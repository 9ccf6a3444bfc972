package io.hawser.websocket;

/**
 * Answers requests that are no opening handshakes, on the same port.
 *
 * <p>Called on one of the engine's threads, for several requests at a time; it may block, other connections go on.
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface HttpHandler {
	/**
	 * Answer a request.
	 *
	 * @param request the request with its whole body
	 * @return the answer. {@code HEAD} is answered like {@code GET}: the engine sends its length and no body
	 * @throws Exception anything; it is logged and the client gets a 500 without the exception's text
	 * @since 0.1
	 */
	HttpResponse handle(HttpRequest request) throws Exception;
}
