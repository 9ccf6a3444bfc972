package io.hawser.websocket;

import java.util.Objects;

/**
 * Wraps a handler and passes everything on; subclasses change what they want to.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.handler.WebSocketHandlerDecorator}.
 *
 * @since 0.1
 */
public class WebSocketHandlerDecorator implements WebSocketHandler {
	private final WebSocketHandler delegate;

	/**
	 * Create a decorator.
	 *
	 * @param delegate the handler to wrap
	 * @since 0.1
	 */
	public WebSocketHandlerDecorator(WebSocketHandler delegate) {
		this.delegate = Objects.requireNonNull(delegate, "delegate");
	}

	/**
	 * Return the wrapped handler, which may be a decorator itself.
	 * @return the handler given to the constructor
	 * @since 0.1
	 */
	public WebSocketHandler getDelegate() {
		return delegate;
	}

	/**
	 * Return the handler inside all decorators.
	 * @return a handler that is no decorator
	 * @since 0.1
	 */
	public WebSocketHandler getLastHandler() {
		return unwrap(delegate);
	}

	/**
	 * Return the handler inside all decorators.
	 *
	 * @param handler a handler, decorated or not
	 * @return a handler that is no decorator
	 * @since 0.1
	 */
	public static WebSocketHandler unwrap(WebSocketHandler handler) {
		WebSocketHandler result = Objects.requireNonNull(handler, "handler");
		while (result instanceof WebSocketHandlerDecorator decorator) {
			result = decorator.getDelegate();
		}
		return result;
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) throws Exception {
		delegate.afterConnectionEstablished(session);
	}

	@Override
	public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) throws Exception {
		delegate.handleMessage(session, message);
	}

	@Override
	public void handleTransportError(WebSocketSession session, Throwable exception) throws Exception {
		delegate.handleTransportError(session, exception);
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus closeStatus) throws Exception {
		delegate.afterConnectionClosed(session, closeStatus);
	}

	@Override
	public void handleWritable(WebSocketSession session) throws Exception {
		delegate.handleWritable(session);
	}

	@Override
	public void handleDroppedMessages(WebSocketSession session, DroppedMessages dropped) throws Exception {
		delegate.handleDroppedMessages(session, dropped);
	}

	@Override
	public boolean supportsPartialMessages() {
		return delegate.supportsPartialMessages();
	}

	@Override
	public String toString() {
		return getClass().getSimpleName() + " [delegate=" + delegate + "]";
	}
}
