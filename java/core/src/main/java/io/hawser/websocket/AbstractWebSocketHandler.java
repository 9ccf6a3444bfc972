package io.hawser.websocket;

/**
 * A handler whose callbacks do nothing until they are overridden, with one method for each kind of message.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.handler.AbstractWebSocketHandler}.
 *
 * @since 0.1
 */
public abstract class AbstractWebSocketHandler implements WebSocketHandler {
	/**
	 * Create the handler.
	 * @since 0.1
	 */
	protected AbstractWebSocketHandler() {
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) throws Exception {
	}

	/**
	 * Call the method for the kind of the message.
	 *
	 * @throws IllegalStateException if the message is neither text, binary nor pong
	 */
	@Override
	public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) throws Exception {
		if (message instanceof TextMessage text) {
			handleTextMessage(session, text);
		} else if (message instanceof BinaryMessage binary) {
			handleBinaryMessage(session, binary);
		} else if (message instanceof PongMessage pong) {
			handlePongMessage(session, pong);
		} else {
			throw new IllegalStateException("message " + message + " is of no inbound type");
		}
	}

	/**
	 * Called for each text message.
	 *
	 * @param session the session it came from
	 * @param message the message
	 * @throws Exception anything; the session is then closed with 1011
	 * @since 0.1
	 */
	protected void handleTextMessage(WebSocketSession session, TextMessage message) throws Exception {
	}

	/**
	 * Called for each binary message.
	 *
	 * @param session the session it came from
	 * @param message the message
	 * @throws Exception anything; the session is then closed with 1011
	 * @since 0.1
	 */
	protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) throws Exception {
	}

	/**
	 * Called for each pong, also one that nobody asked for.
	 *
	 * @param session the session it came from
	 * @param message the message
	 * @throws Exception anything; the session is then closed with 1011
	 * @since 0.1
	 */
	protected void handlePongMessage(WebSocketSession session, PongMessage message) throws Exception {
	}

	@Override
	public void handleTransportError(WebSocketSession session, Throwable exception) throws Exception {
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) throws Exception {
	}

	@Override
	public boolean supportsPartialMessages() {
		return false;
	}
}
