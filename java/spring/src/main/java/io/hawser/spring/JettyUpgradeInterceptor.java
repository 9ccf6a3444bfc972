package io.hawser.spring;

import io.hawser.websocket.UpgradeRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.http.HttpHeaders;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.adapter.jetty.JettyWebSocketHandlerAdapter;
import org.springframework.web.socket.adapter.jetty.JettyWebSocketSession;

/**
 * Stands before the upgrade of Jetty's own WebSocket container, whose package has another name in each generation (ee10,
 * ee11): where the creator is Spring's, the engine accepts in the container's place. Anything else proceeds.
 */
final class JettyUpgradeInterceptor implements ClassProxies.Advice {
	private static final String SPRING_STRATEGY = "org.springframework.web.socket.server.jetty.";

	private final Object container;
	private final SessionAcceptor acceptor;

	JettyUpgradeInterceptor(Object container, SessionAcceptor acceptor) {
		this.container = container;
		this.acceptor = acceptor;
	}

	@Override
	public Object invoke(Method method, Object[] arguments) throws Throwable {
		if (method.getName().equals("upgrade") && arguments.length == 3
				&& arguments[0].getClass().getName().startsWith(SPRING_STRATEGY)
				&& arguments[1] instanceof HttpServletRequest request && arguments[2] instanceof HttpServletResponse response
				&& accept(method.getParameterTypes()[0], arguments[0], request, response)) {
			return true;
		}
		return ClassProxies.proceed(container, method, arguments);
	}

	private boolean accept(Class<?> creatorType, Object creator, HttpServletRequest request, HttpServletResponse response)
			throws Throwable {
		UpgradeRequest upgrade = Requests.upgrade(request);
		Optional<Method> create = Arrays.stream(creatorType.getMethods())
				.filter((method) -> method.getName().equals("createWebSocket") && method.getParameterCount() == 2).findFirst();
		if (upgrade == null || create.isEmpty()) {
			return false;
		}
		AtomicReference<String> protocol = new AtomicReference<>();
		Object adapter = ClassProxies.proceed(creator, create.get(),
				new Object[] {null, responseOf(create.get().getParameterTypes()[1], protocol)});
		if (!(adapter instanceof JettyWebSocketHandlerAdapter)) {
			return false;
		}
		Optional<WebSocketHandler> handler = FieldReader.read(adapter, WebSocketHandler.class);
		Optional<JettyWebSocketSession> session = FieldReader.read(adapter, JettyWebSocketSession.class);
		if (handler.isEmpty() || session.isEmpty()) {
			return false;
		}
		acceptor.accept(request, response, upgrade, new HandshakeOutcome(handler.get(), headers(request),
				session.get().getAttributes(), session.get().getPrincipal(), protocol.get(), acceptor.compresses(),
				acceptor.limits(limit("getMaxTextMessageSize"), limit("getMaxBinaryMessageSize")),
				new InetSocketAddress(request.getLocalAddr(), request.getLocalPort()),
				new InetSocketAddress(request.getRemoteAddr(), request.getRemotePort())));
		return true;
	}

	/** Spring's creator only says which subprotocol was chosen. */
	private static Object responseOf(Class<?> type, AtomicReference<String> protocol) {
		return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
			if (method.getName().equals("setAcceptedSubProtocol")) {
				protocol.set((String) arguments[0]);
			}
			return null;
		});
	}

	private static HttpHeaders headers(HttpServletRequest request) {
		HttpHeaders headers = new HttpHeaders();
		for (String name : Collections.list(request.getHeaderNames())) {
			for (String value : Collections.list(request.getHeaders(name))) {
				headers.add(name, value);
			}
		}
		return headers;
	}

	private long limit(String getter) {
		Method method = ReflectionUtils.findMethod(container.getClass(), getter);
		return method == null ? 0 : (long) ReflectionUtils.invokeMethod(method, container);
	}
}
