package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Code as it is written for Spring, with other imports: that it compiles is most of the test. */
class SpringStyleHandlerTests {
	private static final class RoomHandler extends TextWebSocketHandler implements SubProtocolCapable {
		private final Map<String, WebSocketSession> sessions = new ConcurrentHashMap<>();

		@Override
		public void afterConnectionEstablished(WebSocketSession session) throws Exception {
			session.setTextMessageSizeLimit(128 * 1024);
			sessions.put(session.getId(), new ConcurrentWebSocketSessionDecorator(session, 5000, 64 * 1024,
					ConcurrentWebSocketSessionDecorator.OverflowStrategy.DROP));
		}

		@Override
		protected void handleTextMessage(WebSocketSession session, TextMessage message) throws Exception {
			if (message.getPayloadLength() == 0) {
				session.close(CloseStatus.BAD_DATA.withReason("empty"));
				return;
			}
			for (WebSocketSession each : sessions.values()) {
				if (each.isOpen()) {
					each.sendMessage(new TextMessage(message.getPayload().toUpperCase()));
				}
			}
		}

		@Override
		public void handleTransportError(WebSocketSession session, Throwable exception) throws Exception {
			session.close(CloseStatus.SERVER_ERROR);
		}

		@Override
		public void afterConnectionClosed(WebSocketSession session, CloseStatus status) throws Exception {
			sessions.remove(session.getId());
		}

		@Override
		public List<String> getSubProtocols() {
			return Collections.singletonList("room.v1");
		}
	}

	private static final class TokenInterceptor implements HandshakeInterceptor {
		@Override
		public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response,
				WebSocketHandler wsHandler, Map<String, Object> attributes) throws Exception {
			String token = request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
			if (request.getMethod() != HttpMethod.GET || token == null) {
				response.setStatusCode(HttpStatus.UNAUTHORIZED);
				response.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
				response.getBody().write("log in first".getBytes());
				return false;
			}
			attributes.put("token", token);
			attributes.put("path", request.getURI().getPath());
			return true;
		}

		@Override
		public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler wsHandler,
				Exception exception) {
		}
	}

	private record StubRequest(HttpHeaders headers) implements ServerHttpRequest {
		@Override
		public HttpMethod getMethod() {
			return HttpMethod.GET;
		}

		@Override
		public URI getURI() {
			return URI.create("http://h/chat?x");
		}

		@Override
		public HttpHeaders getHeaders() {
			return headers;
		}

		@Override
		public Principal getPrincipal() {
			return null;
		}

		@Override
		public InetSocketAddress getLocalAddress() {
			return InetSocketAddress.createUnresolved("h", 80);
		}

		@Override
		public InetSocketAddress getRemoteAddress() {
			return InetSocketAddress.createUnresolved("c", 1);
		}
	}

	private static final class StubResponse implements ServerHttpResponse {
		private final HttpHeaders headers = new HttpHeaders();
		private final ByteArrayOutputStream body = new ByteArrayOutputStream();
		private HttpStatusCode status;

		@Override
		public void setStatusCode(HttpStatusCode status) {
			this.status = status;
		}

		@Override
		public HttpHeaders getHeaders() {
			return headers;
		}

		@Override
		public OutputStream getBody() throws IOException {
			return body;
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}
	}

	@Test
	void aHandlerWrittenForSpringWorks() throws Exception {
		var handler = new ExceptionWebSocketHandlerDecorator(new LoggingWebSocketHandlerDecorator(new RoomHandler()));
		var session = new StubSession();
		handler.afterConnectionEstablished(session);
		handler.handleMessage(session, new TextMessage("hi"));
		handler.handleMessage(session, new TextMessage(""));
		handler.afterConnectionClosed(session, CloseStatus.NORMAL);
		assertEquals(List.of(new TextMessage("HI")), session.sent);
		assertEquals(List.of(new CloseStatus(1007, "empty")), session.closes);
		assertEquals(128 * 1024, session.getTextMessageSizeLimit());
	}

	@Test
	void anInterceptorWrittenForSpringWorks() throws Exception {
		var interceptor = new TokenInterceptor();
		var response = new StubResponse();
		Map<String, Object> attributes = new ConcurrentHashMap<>();
		var handler = new RoomHandler();

		assertFalse(interceptor.beforeHandshake(new StubRequest(new HttpHeaders()), response, handler, attributes));
		assertEquals(HttpStatus.UNAUTHORIZED, response.status);
		assertEquals("Bearer", response.headers.getFirst("www-authenticate"));
		assertEquals("log in first", response.body.toString());

		var headers = new HttpHeaders(Map.of("authorization", List.of("Bearer x")));
		assertTrue(interceptor.beforeHandshake(new StubRequest(headers), response, handler, attributes));
		assertEquals(Map.of("token", "Bearer x", "path", "/chat"), attributes);
		response.setStatusCode(499);
		assertEquals(499, response.status.value());
	}
}
