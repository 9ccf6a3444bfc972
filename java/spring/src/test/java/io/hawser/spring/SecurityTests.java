package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

class SecurityTests {
	private static TestServer server;

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Secured {
		@Bean
		SecurityFilterChain secured(HttpSecurity http) throws Exception {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().hasRole("USER")).csrf((csrf) -> csrf.disable())
					.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.ALWAYS))
					.httpBasic(Customizer.withDefaults()).build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(User.withUsername("ann").password("{noop}secret").roles("USER").build(),
					User.withUsername("bob").password("{noop}secret").roles("GUEST").build());
		}
	}

	@RestController
	static class Sessions {
		@GetMapping("/leave")
		String leave(HttpServletRequest request) {
			request.getSession().invalidate();
			return "left";
		}

		@GetMapping("/renew")
		String renew(HttpServletRequest request) {
			return request.changeSessionId();
		}

		@GetMapping("/expire-soon")
		String expireSoon(HttpServletRequest request) {
			request.getSession().setMaxInactiveInterval(1);
			return "soon";
		}
	}

	@BeforeAll
	static void start() {
		server = TestServer.startSecured(List.of(Secured.class, EchoApplication.class, Sessions.class));
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void whoIsNotLoggedInGets401BeforeTheUpgrade() throws Exception {
		try (RawHandshake handshake = RawHandshake.send(server.port(), "/echo")) {
			assertEquals(401, handshake.status());
			assertEquals(1, handshake.header("WWW-Authenticate").size());
		}
	}

	@Test
	void whoMayNotGets403BeforeTheUpgrade() throws Exception {
		try (RawHandshake handshake = RawHandshake.send(server.port(), "/echo", "Authorization: " + basic("bob"))) {
			assertEquals(403, handshake.status());
		}
	}

	@Test
	void whoMayIsThePrincipalOfTheSession() throws Exception {
		try (TestClient client = server.connect("/echo", "Authorization", basic("ann"))) {
			assertEquals("ann", client.sendText("?principal").nextText());
			assertEquals("HawserSession", client.sendText("?class").nextText());
		}
	}

	@Test
	void theEndOfTheHttpSessionClosesWhatWasOpenedUnderIt() throws Exception {
		String session = logIn();
		try (TestClient client = connect(session)) {
			assertEquals("left", server.get("/leave", "Cookie", session).body());
			assertEquals(1008, client.awaitClose());
		}
	}

	@Test
	void whoLogsOutLosesWhatHeHasOpened() throws Exception {
		String session = logIn();
		try (TestClient client = connect(session)) {
			URI logout = URI.create("http://127.0.0.1:" + server.port() + "/logout");
			HttpRequest request = HttpRequest.newBuilder(logout).header("Cookie", session).POST(HttpRequest.BodyPublishers.noBody()).build();
			HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
			assertEquals(1008, client.awaitClose());
		}
	}

	@Test
	void aSessionThatHasGotAnotherIdIsTheSame() throws Exception {
		String session = logIn();
		try (TestClient client = connect(session)) {
			String renewed = server.get("/renew", "Cookie", session).body();
			assertEquals("ann", client.sendText("?principal").nextText());
			assertEquals("left", server.get("/leave", "Cookie", session.substring(0, session.indexOf('=') + 1) + renewed).body());
			assertEquals(1008, client.awaitClose());
		}
	}

	@Test
	void aSessionThatExpiresTakesWhatWasOpenedWithIt() throws Exception {
		// Jetty looks for them every ten minutes, and cannot be asked to.
		assumeTrue(TestServer.isTomcat());
		String session = logIn();
		try (TestClient client = connect(session)) {
			assertEquals("soon", server.get("/expire-soon", "Cookie", session).body());
			Await.until("the session expires", () -> {
				server.expireSessions();
				return client.isClosed();
			});
			assertEquals(1008, client.awaitClose());
		}
	}

	/** Returns the cookie of an HTTP session in which somebody has logged in. */
	private static String logIn() throws Exception {
		String cookie = server.get("/client", "Authorization", basic("ann")).headers().firstValue("Set-Cookie").orElseThrow();
		return cookie.substring(0, cookie.indexOf(';'));
	}

	private static TestClient connect(String session) throws Exception {
		TestClient client = server.connect("/echo", "Cookie", session);
		assertEquals("ann", client.sendText("?principal").nextText());
		return client;
	}

	private static String basic(String user) {
		return "Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8));
	}
}
