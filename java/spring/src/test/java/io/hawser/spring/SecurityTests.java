package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
	static class Leave {
		@GetMapping("/leave")
		String leave(jakarta.servlet.http.HttpServletRequest request) {
			request.getSession().invalidate();
			return "left";
		}
	}

	@BeforeAll
	static void start() {
		server = TestServer.startSecured(List.of(Secured.class, EchoApplication.class, Leave.class));
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
		String cookie = server.get("/client", "Authorization", basic("ann")).headers().firstValue("Set-Cookie").orElseThrow();
		String session = cookie.substring(0, cookie.indexOf(';'));
		try (TestClient client = server.connect("/echo", "Cookie", session)) {
			assertEquals("ann", client.sendText("?principal").nextText());
			assertEquals("left", server.get("/leave", "Cookie", session).body());
			assertEquals(1008, client.awaitClose());
		}
	}

	private static String basic(String user) {
		return "Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8));
	}
}
