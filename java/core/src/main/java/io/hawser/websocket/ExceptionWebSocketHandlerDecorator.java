package io.hawser.websocket;

import io.hawser.websocket.internal.LogText;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Catches what callbacks throw, logs it and closes the session with 1011. The engine does the same by itself;
 * this class is for handlers that are wrapped once more, or called by code other than the engine.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.handler.ExceptionWebSocketHandlerDecorator}.
 *
 * @since 0.1
 */
public class ExceptionWebSocketHandlerDecorator extends WebSocketHandlerDecorator {
	private static final Logger LOG = System.getLogger(ExceptionWebSocketHandlerDecorator.class.getName());

	/**
	 * Create a decorator.
	 *
	 * @param delegate the handler to wrap
	 * @since 0.1
	 */
	public ExceptionWebSocketHandlerDecorator(WebSocketHandler delegate) {
		super(delegate);
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) {
		try {
			getDelegate().afterConnectionEstablished(session);
		} catch (Throwable exception) {
			tryCloseWithError(session, exception, LOG);
		}
	}

	@Override
	public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) {
		try {
			getDelegate().handleMessage(session, message);
		} catch (Throwable exception) {
			tryCloseWithError(session, exception, LOG);
		}
	}

	@Override
	public void handleTransportError(WebSocketSession session, Throwable exception) {
		try {
			getDelegate().handleTransportError(session, exception);
		} catch (Throwable thrown) {
			tryCloseWithError(session, thrown, LOG);
		}
	}

	@Override
	public void handleWritable(WebSocketSession session) {
		try {
			getDelegate().handleWritable(session);
		} catch (Throwable exception) {
			tryCloseWithError(session, exception, LOG);
		}
	}

	@Override
	public void handleDroppedMessages(WebSocketSession session, DroppedMessages dropped) {
		try {
			getDelegate().handleDroppedMessages(session, dropped);
		} catch (Throwable exception) {
			tryCloseWithError(session, exception, LOG);
		}
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus closeStatus) {
		try {
			getDelegate().afterConnectionClosed(session, closeStatus);
		} catch (Throwable exception) {
			LOG.log(Level.WARNING, () -> "afterConnectionClosed failed for session " + describe(session), exception);
		}
	}

	/**
	 * Log an exception and close the session with {@link CloseStatus#SERVER_ERROR}. Throws nothing.
	 *
	 * @param session the session of the callback that failed
	 * @param exception what it threw
	 * @param logger takes the line
	 * @since 0.1
	 */
	public static void tryCloseWithError(WebSocketSession session, Throwable exception, Logger logger) {
		logger.log(Level.ERROR, () -> "closing session " + describe(session) + " after an exception", exception);
		try {
			session.close(CloseStatus.SERVER_ERROR);
		} catch (Throwable closeFailed) {
			logger.log(Level.DEBUG, () -> "close failed for session " + describe(session), closeFailed);
		}
	}

	private static String describe(WebSocketSession session) {
		return LogText.printable(session.getId());
	}
}
