package io.hawser.spring;

import io.hawser.websocket.NativeLibraryException;
import io.hawser.websocket.WebSocketEngine;
import java.lang.reflect.Method;
import java.util.Optional;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.web.server.AbstractConfigurableWebServerFactory;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.core.Ordered;
import org.springframework.util.ReflectionUtils;

/**
 * Gives the application a web server factory whose servers stand behind the engine, unless there is nothing to serve or no
 * native library: then it is left alone. Works on the method {@code getWebServer}, because the interface that has it is another
 * one in each generation of Spring Boot.
 */
final class HawserWebServerFactoryPostProcessor implements BeanPostProcessor, Ordered {
	private static final Log logger = LogFactory.getLog(HawserWebServerFactoryPostProcessor.class);

	private final ObjectProvider<FrontServerFactory> frontServers;
	private final WebSocketUse use;

	HawserWebServerFactoryPostProcessor(ObjectProvider<FrontServerFactory> frontServers, WebSocketUse use) {
		this.frontServers = frontServers;
		this.use = use;
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Method getWebServer = bean instanceof AbstractConfigurableWebServerFactory
				? ReflectionUtils.findMethod(bean.getClass(), "getWebServer", ServletContextInitializer[].class) : null;
		return getWebServer != null && isWanted() ? proxy((AbstractConfigurableWebServerFactory) bean) : bean;
	}

	private Object proxy(AbstractConfigurableWebServerFactory factory) {
		if (!ServerKind.isSupported(factory)) {
			logger.warn("WebSockets stay on the stock server: Hawser stands before Tomcat and Jetty, not before a server of "
					+ factory.getClass().getName());
			return factory;
		}
		try {
			return ClassProxies.of(factory, (method, arguments) -> method.getName().equals("getWebServer")
					? frontServers.getObject().getWebServer(factory, method, (ServletContextInitializer[]) arguments[0])
					: ClassProxies.proceed(factory, method, arguments));
		} catch (RuntimeException e) {
			logger.warn("WebSockets stay on the stock server: " + factory.getClass().getName() + " cannot be proxied", e);
			return factory;
		}
	}

	private boolean isWanted() {
		if (!use.isLikely()) {
			logger.debug("Hawser does nothing: this application has no WebSocket handlers of Spring's "
					+ "(hawser.enabled=true lets it serve all the same)");
			return false;
		}
		Optional<NativeLibraryException> missing = WebSocketEngine.unavailabilityCause();
		missing.ifPresent((cause) -> logger.warn("WebSockets stay on the stock server: " + cause.getMessage()));
		return missing.isEmpty();
	}
}
