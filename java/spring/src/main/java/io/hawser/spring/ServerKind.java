package io.hawser.spring;

import java.lang.reflect.Method;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.web.server.AbstractConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServer;
import org.springframework.util.ReflectionUtils;

/**
 * What differs between the servers that the engine can stand before. Their factories and web servers are reached by the names of
 * their methods, because their packages differ between generations of Spring Boot; the servers' own types do not.
 */
enum ServerKind {
	TOMCAT("getTomcat", "Tomcat") {
		@Override
		void prepare(AbstractConfigurableWebServerFactory factory, HawserEngine engine) {
			List<Object> valves = new ArrayList<>((Collection<?>) call(factory, "getEngineValves"));
			if (valves.stream().noneMatch((valve) -> TomcatServers.isHook(valve))) {
				valves.add(0, TomcatServers.hook(engine));
				Method setter = ReflectionUtils.findMethod(factory.getClass(), "setEngineValves", Collection.class);
				ReflectionUtils.invokeMethod(setter, factory, valves);
			}
		}

		@Override
		int addConnector(Object server, InetAddress address) throws Exception {
			return TomcatServers.addConnector(server, address);
		}
	},
	JETTY("getServer", "Jetty") {
		@Override
		void install(Object server, HawserEngine engine) {
			JettyServers.install(server, engine);
		}

		@Override
		int addConnector(Object server, InetAddress address) throws Exception {
			return JettyServers.addConnector(server, address);
		}
	};



	private final String getter;
	private final String displayName;

	ServerKind(String getter, String displayName) {
		this.getter = getter;
		this.displayName = displayName;
	}

	/** Returns whether a factory makes servers of one of these kinds. */
	static boolean isSupported(AbstractConfigurableWebServerFactory factory) {
		return of(factory).isPresent();
	}

	static Optional<ServerKind> of(AbstractConfigurableWebServerFactory factory) {
		if (ReflectionUtils.findMethod(factory.getClass(), "getEngineValves") != null) {
			return Optional.of(TOMCAT);
		}
		return ReflectionUtils.findMethod(factory.getClass(), "getServerCustomizers") != null ? Optional.of(JETTY)
				: Optional.empty();
	}

	/** Does what must be done before the server is made. */
	void prepare(AbstractConfigurableWebServerFactory factory, HawserEngine engine) {
	}

	/** Does what must be done once the server is started. */
	void install(Object server, HawserEngine engine) {
	}

	/**
	 * Opens a further port of a started server.
	 * @return that port
	 */
	abstract int addConnector(Object server, InetAddress address) throws Exception;

	/** Returns Tomcat's or Jetty's own server. */
	Object server(WebServer webServer) {
		return call(webServer, getter);
	}

	@Override
	public String toString() {
		return displayName;
	}

	private static Object call(Object target, String name) {
		return ReflectionUtils.invokeMethod(ReflectionUtils.findMethod(target.getClass(), name), target);
	}
}
