package io.hawser.spring;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.util.EnumSet;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.web.server.AbstractConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.ApplicationContext;

/**
 * Makes web servers that stand behind the engine: the server gets a port of its own on loopback and our filter as its first;
 * the engine takes the address that the application wanted. With {@code hawser.port} the server keeps its own.
 */
final class FrontServerFactory {
	private static final Log logger = LogFactory.getLog(FrontServerFactory.class);

	private final HawserEngine engine;
	private final HawserProperties properties;
	private final ApplicationContext context;

	FrontServerFactory(HawserEngine engine, HawserProperties properties, ApplicationContext context) {
		this.engine = engine;
		this.properties = properties;
		this.context = context;
	}

	/** Calls the factory's own method for a server behind the engine; returns it with the engine before it. */
	WebServer getWebServer(AbstractConfigurableWebServerFactory factory, Method getWebServer,
			ServletContextInitializer[] initializers) throws Throwable {
		if (factory.getPort() < 0) {
			return (WebServer) ClassProxies.proceed(factory, getWebServer, new Object[] {initializers});
		}
		ServerKind kind = ServerKind.of(factory).orElseThrow();
		PublicAddress address = PublicAddress.of(factory, properties);
		boolean sidePort = properties.port() != null;
		if (!sidePort) {
			moveToLoopback(factory);
		}
		kind.prepare(factory, engine);
		ServletContextInitializer[] all = new ServletContextInitializer[initializers.length + 1];
		all[0] = this::addFilter;
		System.arraycopy(initializers, 0, all, 1, initializers.length);
		WebServer server = (WebServer) ClassProxies.proceed(factory, getWebServer, new Object[] {all});
		EngineStart start = new EngineStart(engine, address, (upstream) -> EngineBuilders.of(properties, context, upstream));
		return ClassProxies.of(server, new WebServerAdvice(server, kind, engine, start, properties.drainTimeout(), sidePort));
	}

	private static void moveToLoopback(AbstractConfigurableWebServerFactory factory) {
		if (factory.getSsl() != null && factory.getSsl().isEnabled() && factory.getHttp2() != null
				&& factory.getHttp2().isEnabled()) {
			logger.info("HTTP/2 is not offered: Hawser speaks HTTP/1.1 on this port");
		}
		factory.setPort(0);
		factory.setAddress(InetAddress.getLoopbackAddress());
		factory.setSsl(null);
	}

	private void addFilter(ServletContext servletContext) {
		AuthenticatedSessions authenticated = new AuthenticatedSessions();
		SessionAcceptor acceptor = new SessionAcceptor(properties, authenticated);
		boolean requireEngine = properties.requireEngine() && properties.port() == null;
		HawserFilter filter = new HawserFilter(new EngineServletContexts(acceptor), new TunnelledUpgrades(), requireEngine);
		FilterRegistration.Dynamic registration = servletContext.addFilter("hawserFilter", filter);
		registration.setAsyncSupported(true);
		registration.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), false, "/*");
		servletContext.addListener(authenticated);
	}
}
