package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.socket.server.standard.ServerEndpointExporter;

/** What the container upgrades itself works all the same. */
class TunnelTests {
	@Configuration(proxyBeanMethods = false)
	@Import(EchoApplication.class)
	static class Endpoints {
		@Bean
		ServerEndpointExporter exporter() {
			return new ServerEndpointExporter();
		}

		@Bean
		Upper upper() {
			return new Upper();
		}
	}

	@ServerEndpoint("/upper")
	public static class Upper {
		@OnMessage
		public String upper(String text) {
			return text.toUpperCase(java.util.Locale.ROOT);
		}
	}

	@Test
	void anEndpointOfTheContainerIsTunnelled() throws Exception {
		try (TestServer server = TestServer.start(Endpoints.class); TestClient client = server.connect("/upper")) {
			assertEquals("ABC", client.sendText("abc").nextText());
			assertEquals("DEF", client.sendText("def").nextText());
			assertEquals(1, server.engine().upstreamConnections().tunnelled());
			assertEquals(0, server.engine().upstreamConnections().accepted());
		}
	}
}
