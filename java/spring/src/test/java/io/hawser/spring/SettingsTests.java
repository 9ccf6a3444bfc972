package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.socket.server.standard.ServletServerContainerFactoryBean;

/** Settings of Hawser and of the container, as sessions feel them. */
class SettingsTests {
	@Configuration(proxyBeanMethods = false)
	@Import(EchoApplication.class)
	static class Limited {
		@Bean
		ServletServerContainerFactoryBean container() {
			ServletServerContainerFactoryBean container = new ServletServerContainerFactoryBean();
			container.setMaxTextMessageBufferSize(1000);
			return container;
		}
	}

	@Test
	void theContainersLimitHoldsToTheByte() throws Exception {
		// Jetty's own container, which Spring uses there, has a limit of its own.
		int limit = TestServer.isTomcat() ? 1000 : 65_536;
		try (TestServer server = TestServer.start(Limited.class); TestClient client = server.connect("/echo")) {
			assertEquals(Integer.toString(limit), client.sendText("?textLimit").nextText());
			assertEquals(limit, client.sendText("x".repeat(limit)).nextText().length());
			client.sendText("x".repeat(limit + 1));
			assertEquals(1009, client.awaitClose());
		}
	}

	@Test
	void theLimitOfHawserGoesBeforeTheContainers() throws Exception {
		try (TestServer server = TestServer.start(Limited.class, "hawser.max-text-message-size=200KB");
				TestClient client = server.connect("/echo")) {
			assertEquals("204800", client.sendText("?textLimit").nextText());
		}
	}

	@Test
	void compressionThatIsOffIsDeclined() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, "hawser.compression.enabled=false");
				RawHandshake handshake = RawHandshake.send(server.port(), "/echo", "Sec-WebSocket-Extensions: permessage-deflate")) {
			assertEquals(101, handshake.status());
			assertEquals(List.of(), handshake.header("Sec-WebSocket-Extensions"));
			assertEquals("[]", handshake.sendText("?extensions").nextText());
		}
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void withVirtualThreadsHandlersRunOnThem() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, "spring.threads.virtual.enabled=true");
				TestClient client = server.connect("/echo")) {
			assertEquals("true", client.sendText("?virtual").nextText());
		}
	}

	@Test
	void anApplicationStartsAgainOnItsPort() throws Exception {
		int port;
		try (TestServer first = TestServer.start(EchoApplication.class); TestClient client = first.connect("/echo")) {
			port = first.port();
			client.sendText("x").nextText();
		}
		try (TestServer second = TestServer.start(EchoApplication.class, "server.port=" + port); TestClient client = second.connect("/echo")) {
			assertEquals("HawserSession", client.sendText("?class").nextText());
		}
	}
}
