package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** One path is for those who have logged in, all others for everybody: no other way to write the path may open it. */
class PathTricksTests {
	private static TestServer server;

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class OnePathSecured {
		@Bean
		SecurityFilterChain secured(HttpSecurity http) throws Exception {
			return http.authorizeHttpRequests((requests) -> requests.requestMatchers("/echo").authenticated().anyRequest().permitAll())
					.httpBasic(Customizer.withDefaults()).build();
		}

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(User.withUsername("ann").password("{noop}secret").roles("USER").build());
		}
	}

	@BeforeAll
	static void start() {
		server = TestServer.startSecured(List.of(OnePathSecured.class, EchoApplication.class));
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void theSecuredPathIsOpenToThoseWhoLogIn() throws Exception {
		String user = Base64.getEncoder().encodeToString("ann:secret".getBytes(StandardCharsets.UTF_8));
		assertEquals(101, status("/echo", "Authorization: Basic " + user));
		assertEquals(101, status("/wrapped"));
		assertEquals(401, status("/echo"));
	}

	@ParameterizedTest
	@ValueSource(strings = {"/echo;x", "/echo;x=y", "/;x/echo", "/echo?x", "//echo", "///echo", "/./echo", "/%2e/echo", "/x/../echo",
			"/x/%2e%2e/echo", "/x/..;/echo", "/..;/echo", "/%65cho", "/%65%63%68%6f", "/%2565cho", "/echo/", "/echo%2f", "/%2fecho", "/x%2f..%2fecho",
			"/wrapped/../echo", "/wrapped/..;x/echo", "/echo%00", "/echo%20", "/echo.", "/ECHO", "/x\\..\\echo", "/echo#x", "http://127.0.0.1/echo",
			"http://elsewhere.example/echo"})
	void anotherWayToWriteItOpensNothing(String target) throws Exception {
		long accepted = server.engine().upstreamConnections().accepted();
		int status = status(target);
		assertTrue(List.of(400, 401, 403, 404).contains(status), () -> target + " gave " + status);
		assertEquals(accepted, server.engine().upstreamConnections().accepted());
	}

	private static int status(String target, String... lines) throws Exception {
		try (RawHandshake handshake = RawHandshake.send(server.port(), target, lines)) {
			return handshake.status();
		}
	}
}
