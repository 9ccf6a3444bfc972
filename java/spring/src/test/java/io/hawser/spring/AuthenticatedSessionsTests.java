package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/** An HTTP session that ends while the opening handshake is on its way: accepted, but not yet a session that could be closed. */
class AuthenticatedSessionsTests {
	@Configuration(proxyBeanMethods = false)
	@EnableWebSocket
	static class LoggedOutMeanwhile implements WebSocketConfigurer {
		@Override
		public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
			registry.addHandler(new TextWebSocketHandler(), "/late").addInterceptors(new LogOutAfterwards())
					.setHandshakeHandler(new DefaultHandshakeHandler() {
						@Override
						protected Principal determineUser(ServerHttpRequest request, WebSocketHandler handler,
								Map<String, Object> attributes) {
							((ServletServerHttpRequest) request).getServletRequest().getSession();
							return () -> "ann";
						}
					});
		}
	}

	static final class LogOutAfterwards implements HandshakeInterceptor {
		@Override
		public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
				Map<String, Object> attributes) {
			return true;
		}

		@Override
		public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
				Exception exception) {
			HttpServletRequest http = ((ServletServerHttpRequest) request).getServletRequest();
			http.getSession().invalidate();
		}
	}

	@Test
	void whatIsOpenedUnderASessionThatHasJustEndedIsClosed() throws Exception {
		try (TestServer server = TestServer.startSecured(List.of(TestServer.Open.class, LoggedOutMeanwhile.class));
				TestClient client = server.connect("/late")) {
			assertEquals(1008, client.awaitClose());
		}
	}
}
