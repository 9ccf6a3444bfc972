package io.hawser.spring;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.WebSocketHandler;
import io.hawser.websocket.WebSocketMessage;
import io.hawser.websocket.WebSocketSession;
import org.springframework.web.socket.handler.WebSocketHandlerDecorator;

/** The engine's handler of one session: each call goes to Spring's handler with Spring's session. */
final class HandlerAdapter implements WebSocketHandler {
	private static final String SOCK_JS = "org.springframework.web.socket.sockjs.";

	private final org.springframework.web.socket.WebSocketHandler handler;
	private final HawserSession session;
	private final AuthenticatedSessions authenticated;

	HandlerAdapter(org.springframework.web.socket.WebSocketHandler handler, HawserSession session,
			AuthenticatedSessions authenticated) {
		this.handler = handler;
		this.session = session;
		this.authenticated = authenticated;
	}

	/**
	 * Returns what stands for all handlers that behave like this one, so that the engine learns which of them block: the
	 * application's handler inside the decorators. SockJS makes a handler for each session; those have their class in common.
	 */
	static Object placement(org.springframework.web.socket.WebSocketHandler handler) {
		org.springframework.web.socket.WebSocketHandler last = WebSocketHandlerDecorator.unwrap(handler);
		return last.getClass().getName().startsWith(SOCK_JS) ? last.getClass() : last;
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession unused) throws Exception {
		authenticated.add(session);
		handler.afterConnectionEstablished(session);
	}

	@Override
	public void handleMessage(WebSocketSession unused, WebSocketMessage<?> message) throws Exception {
		handler.handleMessage(session, Messages.toSpring(message));
	}

	@Override
	public void handleTransportError(WebSocketSession unused, Throwable exception) throws Exception {
		handler.handleTransportError(session, exception);
	}

	@Override
	public void afterConnectionClosed(WebSocketSession unused, CloseStatus closeStatus) throws Exception {
		authenticated.remove(session);
		handler.afterConnectionClosed(session, Messages.toSpring(closeStatus));
	}

	@Override
	public boolean supportsPartialMessages() {
		return handler.supportsPartialMessages();
	}
}
