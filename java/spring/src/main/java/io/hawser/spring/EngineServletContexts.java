package io.hawser.spring;

import jakarta.servlet.ServletContext;
import jakarta.websocket.server.ServerContainer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.util.ReflectionUtils;

/**
 * Servlet contexts that show a WebSocket container of the engine in place of the server's. One for each real context and never
 * one for a request: filters keep maps by context. Thread-safe.
 */
final class EngineServletContexts {
	private static final Log logger = LogFactory.getLog(EngineServletContexts.class);
	private static final String JETTY_CONTAINER = "JettyWebSocketServerContainer";

	private final SessionAcceptor acceptor;
	private final Map<ServletContext, ServletContext> contexts = new ConcurrentHashMap<>();

	EngineServletContexts(SessionAcceptor acceptor) {
		this.acceptor = acceptor;
	}

	ServletContext of(ServletContext context) {
		ServletContext known = contexts.get(context);
		return known != null ? known : contexts.computeIfAbsent(context, this::create);
	}

	private ServletContext create(ServletContext context) {
		return (ServletContext) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {ServletContext.class},
				new ContextHandler(context));
	}

	private final class ContextHandler implements InvocationHandler {
		private final ServletContext context;
		/** The server has one WebSocket container, or one of each kind. */
		private final Map<Object, Object> containers = new ConcurrentHashMap<>();

		ContextHandler(ServletContext context) {
			this.context = context;
		}

		@Override
		public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
			if (ReflectionUtils.isEqualsMethod(method)) {
				return proxy == arguments[0];
			}
			Object result = ClassProxies.proceed(context, method, arguments);
			return result != null && method.getName().equals("getAttribute") ? substitute(result) : result;
		}

		private Object substitute(Object attribute) {
			if (attribute instanceof ServerContainer container) {
				return containers.computeIfAbsent(container,
						(real) -> proxy(real, new JakartaUpgradeInterceptor(container, acceptor)));
			}
			if (attribute.getClass().getSimpleName().equals(JETTY_CONTAINER)) {
				return containers.computeIfAbsent(attribute, (real) -> proxy(real, new JettyUpgradeInterceptor(real, acceptor)));
			}
			return attribute;
		}

		/** A container that cannot be proxied upgrades by itself, and the engine passes the bytes on. */
		private static Object proxy(Object container, ClassProxies.Advice advice) {
			try {
				return ClassProxies.of(container, advice);
			} catch (RuntimeException | LinkageError e) {
				logger.warn("WebSockets stay on the server: " + container.getClass().getName() + " cannot be proxied", e);
				return container;
			}
		}
	}
}
