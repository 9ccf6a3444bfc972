package io.hawser.spring;

import io.hawser.websocket.WebSocketEngine;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.session.ManagerBase;
import org.apache.catalina.startup.Tomcat;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.WebServer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.util.ReflectionUtils;

/** A real application in this JVM on a free port. */
final class TestServer implements AutoCloseable {
	private final ConfigurableApplicationContext context;

	private TestServer(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/** Lets everybody in, for tests of other things. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Open {
		@Bean
		SecurityFilterChain open(HttpSecurity http) throws Exception {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).csrf((csrf) -> csrf.disable())
					.headers((headers) -> headers.frameOptions((frames) -> frames.sameOrigin())).build();
		}

		/** Else Spring Boot makes one, and warns of its password. */
		@Bean
		UserDetailsService nobody() {
			return new InMemoryUserDetailsManager();
		}
	}

	/** Starts an open application with a configuration and properties as {@code name=value}. */
	static TestServer start(Class<?> configuration, String... properties) {
		return startSecured(List.of(Open.class, configuration), properties);
	}

	static TestServer startSecured(List<Class<?>> configurations, String... properties) {
		Map<String, String> arguments = new TreeMap<>(Map.of("server.port", "0", "server.shutdown", "graceful",
				"spring.main.banner-mode", "off", "hawser.loops", "1"));
		for (String property : properties) {
			int equals = property.indexOf('=');
			arguments.put(property.substring(0, equals), property.substring(equals + 1));
		}
		SpringApplication application = new SpringApplication(configurations.toArray(new Class<?>[0]));
		application.setRegisterShutdownHook(false);
		return new TestServer(application.run(
				arguments.entrySet().stream().map((entry) -> "--" + entry.getKey() + "=" + entry.getValue()).toArray(String[]::new)));
	}

	int port() {
		return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	/** Returns the port of the server behind the engine. */
	int portBehind() {
		return portsBehind().get(0);
	}

	/** Returns all ports of the server behind the engine, its own first. */
	List<Integer> portsBehind() {
		Object webServer = call(context, "getWebServer");
		if (isTomcat()) {
			Tomcat tomcat = (Tomcat) ServerKind.TOMCAT.server((WebServer) webServer);
			return Arrays.stream(tomcat.getService().findConnectors()).map(Connector::getLocalPort).toList();
		}
		Object jetty = ServerKind.JETTY.server((WebServer) webServer);
		return Arrays.stream((Object[]) call(jetty, "getConnectors")).map((connector) -> (Integer) call(connector, "getLocalPort")).toList();
	}

	/** Lets Tomcat look for HTTP sessions that have expired, which it does once a minute. */
	void expireSessions() {
		Tomcat tomcat = (Tomcat) ServerKind.TOMCAT.server((WebServer) call(context, "getWebServer"));
		((ManagerBase) ((Context) tomcat.getHost().findChildren()[0]).getManager()).processExpires();
	}

	private static Object call(Object target, String name) {
		return ReflectionUtils.invokeMethod(ReflectionUtils.findMethod(target.getClass(), name), target);
	}

	<T> T bean(Class<T> type) {
		return context.getBean(type);
	}

	ConfigurableApplicationContext context() {
		return context;
	}

	/** Returns the engine that serves; fails without one. */
	WebSocketEngine engine() {
		return bean(HawserEngine.class).get().orElseThrow();
	}

	TestClient connect(String path, String... headers) {
		return TestClient.connect(port(), path, headers);
	}

	/** Returns the answer to a GET as text. */
	HttpResponse<String> get(String path, String... headers) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	/** Whether this run of the tests is on Tomcat; else it is on Jetty. */
	static boolean isTomcat() {
		return !"jetty".equals(System.getProperty("hawser.test.server"));
	}

	@Override
	public void close() {
		context.close();
	}
}
