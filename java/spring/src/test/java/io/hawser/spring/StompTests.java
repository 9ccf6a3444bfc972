package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.stereotype.Controller;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;

class StompTests {
	@Configuration(proxyBeanMethods = false)
	@EnableWebSocketMessageBroker
	static class Broker implements WebSocketMessageBrokerConfigurer {
		@Override
		public void configureMessageBroker(MessageBrokerRegistry registry) {
			registry.enableSimpleBroker("/topic");
			registry.setApplicationDestinationPrefixes("/app");
		}

		@Override
		public void registerStompEndpoints(StompEndpointRegistry registry) {
			// Else a message may be sent before the subscription that came first is one.
			registry.setPreserveReceiveOrder(true);
			registry.addEndpoint("/stomp");
		}
	}

	@Controller
	static class Greeter {
		@MessageMapping("/hello")
		@SendTo("/topic/greetings")
		String greet(String name) {
			return "Hello " + name;
		}
	}

	@Test
	void subscribersGetWhatTheBrokerSends() throws Exception {
		try (TestServer server = TestServer.startSecured(List.of(TestServer.Open.class, Broker.class, Greeter.class));
				TestClient client = server.connect("/stomp", "Sec-WebSocket-Protocol", "v12.stomp")) {
			assertEquals("v12.stomp", client.subprotocol());
			client.sendText("CONNECT\naccept-version:1.2\nhost:x\n\n\0");
			assertTrue(client.nextText().startsWith("CONNECTED\n"));
			client.sendText("SUBSCRIBE\nid:0\ndestination:/topic/greetings\nreceipt:r\n\n\0");
			client.sendText("SEND\ndestination:/app/hello\ncontent-type:text/plain\n\ngrüße\0");
			String message = client.nextText();
			while (message.startsWith("RECEIPT")) {
				message = client.nextText();
			}
			assertTrue(message.startsWith("MESSAGE\n") && message.contains("Hello grüße"), message);
			assertEquals(1, server.engine().upstreamConnections().accepted());
		}
	}
}
