package io.hawser.websocket;

import io.hawser.websocket.internal.LogText;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Logs sessions that open, fail and close, and what is said of their outbound side (DEBUG), and messages that come in
 * (TRACE), then passes them on. Text of the peer is escaped, so it cannot forge a log line.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.handler.LoggingWebSocketHandlerDecorator}; logs to
 * {@link System.Logger} under the name of this class.
 *
 * @since 0.1
 */
public class LoggingWebSocketHandlerDecorator extends WebSocketHandlerDecorator {
	private static final Logger LOG = System.getLogger(LoggingWebSocketHandlerDecorator.class.getName());

	/**
	 * Create a decorator.
	 *
	 * @param delegate the handler to wrap
	 * @since 0.1
	 */
	public LoggingWebSocketHandlerDecorator(WebSocketHandler delegate) {
		super(delegate);
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) throws Exception {
		LOG.log(Level.DEBUG, () -> "new session " + describe(session));
		super.afterConnectionEstablished(session);
	}

	@Override
	public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) throws Exception {
		LOG.log(Level.TRACE, () -> LogText.printable(message.toString()) + " in session " + describe(session));
		super.handleMessage(session, message);
	}

	@Override
	public void handleTransportError(WebSocketSession session, Throwable exception) throws Exception {
		LOG.log(Level.DEBUG, () -> "transport error in session " + describe(session), exception);
		super.handleTransportError(session, exception);
	}

	@Override
	public void handleWritable(WebSocketSession session) throws Exception {
		LOG.log(Level.DEBUG, () -> "writable again: session " + describe(session));
		super.handleWritable(session);
	}

	@Override
	public void handleDroppedMessages(WebSocketSession session, DroppedMessages dropped) throws Exception {
		LOG.log(Level.DEBUG, () -> dropped + " of session " + describe(session));
		super.handleDroppedMessages(session, dropped);
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus closeStatus) throws Exception {
		LOG.log(Level.DEBUG, () -> "session " + describe(session) + " closed with " + closeStatus);
		super.afterConnectionClosed(session, closeStatus);
	}

	private static String describe(WebSocketSession session) {
		return LogText.printable(session.toString());
	}
}
