package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;
import org.springframework.web.socket.handler.WebSocketSessionDecorator;
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

	/** Sends more than the buffers of both sockets take. */
	@Configuration(proxyBeanMethods = false)
	@EnableWebSocket
	static class Flooding implements WebSocketConfigurer {
		static final int BYTES = 32 << 20;
		static final CompletableFuture<Long> WAITING = new CompletableFuture<>();

		@Override
		public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
			registry.addHandler(new AbstractWebSocketHandler() {
				@Override
				public void afterConnectionEstablished(WebSocketSession session) throws Exception {
					for (int sent = 0; sent < BYTES; sent += 1 << 20) {
						session.sendMessage(new BinaryMessage(new byte[1 << 20]));
					}
					WAITING.complete(((HawserSession) WebSocketSessionDecorator.unwrap(session)).getBufferedAmount());
				}
			}, "/flood");
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
	void whatWaitsForAPeerIsKnownAndMayBeAsMuchAsIsSaid() throws Exception {
		try (TestServer server = TestServer.start(Flooding.class, "hawser.send.high-water-mark=64MB");
				RawHandshake silent = RawHandshake.send(server.port(), "/flood")) {
			assertEquals(101, silent.status());
			long waiting = Flooding.WAITING.get(TestClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
			assertTrue(waiting > Flooding.BYTES / 4 && waiting < Flooding.BYTES * 2, waiting + " bytes wait");
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
