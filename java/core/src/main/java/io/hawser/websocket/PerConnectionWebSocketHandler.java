package io.hawser.websocket;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Gives each session a handler of its own, made before the session is established and forgotten after it was
 * closed, so that the handler may keep the state of one session in its fields.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.handler.PerConnectionWebSocketHandler}, with a
 * {@link Supplier} in the place of Spring's bean factory.
 *
 * @since 0.1
 */
public class PerConnectionWebSocketHandler implements WebSocketHandler {
	private final Supplier<? extends WebSocketHandler> factory;
	private final String handlerName;
	private final boolean supportsPartialMessages;
	private final Map<WebSocketSession, WebSocketHandler> handlers = new ConcurrentHashMap<>();

	/**
	 * Create a handler that makes others of a class and takes whole messages.
	 *
	 * @param handlerType a class with a constructor without parameters, private or not
	 * @throws IllegalArgumentException if the class is abstract or has no such constructor
	 * @since 0.1
	 */
	public PerConnectionWebSocketHandler(Class<? extends WebSocketHandler> handlerType) {
		this(handlerType, false);
	}

	/**
	 * Create a handler that makes others of a class.
	 *
	 * @param handlerType a class with a constructor without parameters, private or not
	 * @param supportsPartialMessages whether its handlers take messages in parts
	 * @throws IllegalArgumentException if the class is abstract or has no such constructor
	 * @since 0.1
	 */
	public PerConnectionWebSocketHandler(Class<? extends WebSocketHandler> handlerType,
			boolean supportsPartialMessages) {
		this(constructorOf(Objects.requireNonNull(handlerType, "handlerType")), handlerType.getName(),
				supportsPartialMessages);
	}

	/**
	 * Create a handler that takes others from a supplier and takes whole messages. Beyond Spring.
	 *
	 * @param handlerFactory called once for each session, on any thread; must not return {@code null}
	 * @since 0.1
	 */
	public PerConnectionWebSocketHandler(Supplier<? extends WebSocketHandler> handlerFactory) {
		this(handlerFactory, false);
	}

	/**
	 * Create a handler that takes others from a supplier. Beyond Spring.
	 *
	 * @param handlerFactory called once for each session, on any thread; must not return {@code null}
	 * @param supportsPartialMessages whether its handlers take messages in parts
	 * @since 0.1
	 */
	public PerConnectionWebSocketHandler(Supplier<? extends WebSocketHandler> handlerFactory,
			boolean supportsPartialMessages) {
		this(Objects.requireNonNull(handlerFactory, "handlerFactory"), handlerFactory.getClass().getName(),
				supportsPartialMessages);
	}

	private PerConnectionWebSocketHandler(Supplier<? extends WebSocketHandler> factory, String handlerName,
			boolean supportsPartialMessages) {
		this.factory = factory;
		this.handlerName = handlerName;
		this.supportsPartialMessages = supportsPartialMessages;
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) throws Exception {
		WebSocketHandler handler = Objects.requireNonNull(factory.get(), "the supplier's handler");
		handlers.put(session, handler);
		handler.afterConnectionEstablished(session);
	}

	@Override
	public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) throws Exception {
		WebSocketHandler handler = handlers.get(session);
		if (handler == null) {
			throw new IllegalStateException("session " + session.getId() + " has no handler; it was not established");
		}
		handler.handleMessage(session, message);
	}

	@Override
	public void handleTransportError(WebSocketSession session, Throwable exception) throws Exception {
		WebSocketHandler handler = handlers.get(session);
		if (handler != null) {
			handler.handleTransportError(session, exception);
		}
	}

	@Override
	public void handleWritable(WebSocketSession session) throws Exception {
		WebSocketHandler handler = handlers.get(session);
		if (handler != null) {
			handler.handleWritable(session);
		}
	}

	@Override
	public void handleDroppedMessages(WebSocketSession session, DroppedMessages dropped) throws Exception {
		WebSocketHandler handler = handlers.get(session);
		if (handler != null) {
			handler.handleDroppedMessages(session, dropped);
		}
	}

	/** Passes it on and forgets the handler; a session whose handler could not be made has nobody to tell. */
	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus closeStatus) throws Exception {
		WebSocketHandler handler = handlers.remove(session);
		if (handler != null) {
			handler.afterConnectionClosed(session, closeStatus);
		}
	}

	@Override
	public boolean supportsPartialMessages() {
		return supportsPartialMessages;
	}

	@Override
	public String toString() {
		return "PerConnectionWebSocketHandler[handlerType=" + handlerName + "]";
	}

	private static Supplier<WebSocketHandler> constructorOf(Class<? extends WebSocketHandler> handlerType) {
		if (Modifier.isAbstract(handlerType.getModifiers())) {
			throw new IllegalArgumentException("handlerType " + handlerType.getName()
					+ " is abstract; name a class that can be made");
		}
		try {
			Constructor<? extends WebSocketHandler> constructor = handlerType.getDeclaredConstructor();
			constructor.setAccessible(true);
			return () -> newHandler(constructor);
		} catch (NoSuchMethodException | RuntimeException unusable) {
			throw new IllegalArgumentException("handlerType " + handlerType.getName() + " has no constructor without"
					+ " parameters that can be called; add one, or pass a Supplier", unusable);
		}
	}

	private static WebSocketHandler newHandler(Constructor<? extends WebSocketHandler> constructor) {
		try {
			return constructor.newInstance();
		} catch (InvocationTargetException thrown) {
			throw new IllegalStateException("the constructor of " + constructor.getDeclaringClass().getName()
					+ " failed", thrown.getCause());
		} catch (ReflectiveOperationException impossible) {
			throw new IllegalStateException("cannot make " + constructor.getDeclaringClass().getName(), impossible);
		}
	}
}
