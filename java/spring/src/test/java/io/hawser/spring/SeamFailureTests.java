package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/** Where an application upgrades in a way that leads past the engine, its WebSockets work, and the log says so once. */
class SeamFailureTests {
	@Configuration(proxyBeanMethods = false)
	@EnableWebSocket
	static class PastTheEngine implements WebSocketConfigurer {
		@Override
		public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
			registry.addHandler(new EchoApplication.Echo(), "/past").setHandshakeHandler(new Unwrapping()).setAllowedOrigins("*");
			registry.addHandler(new EchoApplication.Echo(), "/echo").setAllowedOrigins("*");
		}
	}

	/** Takes off whatever filters have put around the request, and with it the engine's WebSocket container. */
	static final class Unwrapping implements HandshakeHandler {
		private final HandshakeHandler upgrading = new DefaultHandshakeHandler();

		@Override
		public boolean doHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
				Map<String, Object> attributes) {
			HttpServletRequest last = ((ServletServerHttpRequest) request).getServletRequest();
			while (last instanceof HttpServletRequestWrapper wrapper) {
				last = (HttpServletRequest) wrapper.getRequest();
			}
			return upgrading.doHandshake(new ServletServerHttpRequest(last), response, handler, attributes);
		}
	}

	static final class Program {
		public static void main(String[] arguments) throws Exception {
			try (TestServer server = TestServer.start(PastTheEngine.class); TestClient first = server.connect("/past");
					TestClient second = server.connect("/past?again"); TestClient served = server.connect("/echo")) {
				System.out.println("ECHO " + first.sendText("one").nextText() + second.sendText("two").nextText());
				System.out.println("PAST " + first.sendText("?class").nextText());
				System.out.println("SERVED " + served.sendText("?class").nextText());
				System.out.println("TUNNELLED " + server.engine().upstreamConnections().tunnelled());
			}
		}
	}

	@Test
	void theServerUpgradesItselfAndOneWarningNamesThePath() throws Exception {
		List<String> log = ChildJvm.run(Program.class);
		String all = String.join("\n", log);
		assertTrue(log.containsAll(List.of("ECHO onetwo", "SERVED HawserSession", "TUNNELLED 2")), all);
		assertTrue(log.stream().anyMatch((line) -> line.startsWith("PAST ") && !line.contains("Hawser")), all);
		List<String> warnings = ChildJvm.warnings(log);
		assertEquals(1, warnings.size(), all);
		assertTrue(warnings.get(0).contains("WebSockets on /past are not served by Hawser"), all);
	}

	@Test
	void aFieldThatIsNotThereOrNotToBeReadIsNoError() {
		assertEquals(Optional.empty(), FieldReader.read(new Unwrapping(), WebSocketHandler.class));
		assertEquals(Optional.empty(), FieldReader.read("guarded by the JVM", byte[].class));
	}
}
