package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.PingMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.ConcurrentWebSocketSessionDecorator;
import org.springframework.web.socket.handler.TextWebSocketHandler;

class TopicsTests {
	@Configuration(proxyBeanMethods = false)
	@EnableWebSocket
	static class News implements WebSocketConfigurer {
		private final HawserTopics topics;

		News(HawserTopics topics) {
			this.topics = topics;
		}

		@Override
		public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
			registry.addHandler(new TextWebSocketHandler() {
				@Override
				public void afterConnectionEstablished(WebSocketSession session) throws Exception {
					// The container's own sessions may not be sent to by two threads at a time.
					WebSocketSession decorated = new ConcurrentWebSocketSessionDecorator(session, 1000, 1000);
					assertTrue(topics.subscribe(decorated, "news"));
					decorated.sendMessage(new TextMessage("subscribed"));
				}

				@Override
				protected void handleTextMessage(WebSocketSession session, TextMessage message) {
					topics.publish("news", message, session);
				}
			}, "/news");
		}
	}

	@Test
	void allButTheExcludedGetWhatIsPublished() throws Exception {
		check();
	}

	@Test
	void withoutHawserTheyGetItToo() throws Exception {
		check("hawser.enabled=false");
	}

	private static void check(String... properties) throws Exception {
		try (TestServer server = TestServer.start(News.class, properties); TestClient ann = server.connect("/news");
				TestClient bob = server.connect("/news")) {
			assertEquals("subscribed", ann.nextText());
			assertEquals("subscribed", bob.nextText());
			HawserTopics topics = server.bean(HawserTopics.class);
			assertEquals(2, topics.subscribers("news"));
			ann.sendText("from ann");
			assertEquals("from ann", bob.nextText());
			assertEquals(2, topics.publish("news", new TextMessage("to all")));
			assertEquals("to all", ann.nextText());
			assertEquals("to all", bob.nextText());
			assertThrows(IllegalArgumentException.class, () -> topics.publish("news", new PingMessage()));
		}
	}
}
