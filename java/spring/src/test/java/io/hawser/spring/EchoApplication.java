package io.hawser.spring;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.websocket.Session;
import java.security.cert.X509Certificate;
import java.util.Map;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.standard.StandardWebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;
import org.springframework.web.socket.handler.WebSocketSessionDecorator;
import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/** Handlers as an application has them: an echo that answers questions about its session, with an interceptor. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class EchoApplication implements WebSocketConfigurer {
	@Override
	public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
		registry.addHandler(new Echo(), "/echo").addInterceptors(new Greeting()).setAllowedOrigins("*");
		registry.addHandler(new Echo(), "/same-origin");
		registry.addHandler(new Echo(), "/wrapped").setHandshakeHandler(new Wrapping());
		registry.addHandler(new Echo(), "/sockjs").setAllowedOrigins("http://127.0.0.1").withSockJS();
	}

	/** Upgrades by another one, as people write it who want to do something before. */
	static class Wrapping implements HandshakeHandler {
		private final HandshakeHandler wrapped = new DefaultHandshakeHandler();

		@Override
		public boolean doHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
				Map<String, Object> attributes) {
			attributes.put("wrapped", "yes");
			return wrapped.doHandshake(request, response, handler, attributes);
		}
	}

	@RestController
	static class Rest {
		@GetMapping("/client")
		String client(HttpServletRequest request) {
			return request.getRemoteAddr() + " " + request.getScheme() + " " + request.getServerName() + " "
					+ request.getServerPort() + " " + request.isSecure() + " " + request.getHeader(Requests.CONNECTION_HEADER);
		}

		@GetMapping("/certificate")
		String certificate(HttpServletRequest request) {
			Object chain = request.getAttribute("jakarta.servlet.request.X509Certificate");
			return chain instanceof X509Certificate[] certificates ? certificates[0].getSubjectX500Principal().getName() : "none";
		}

		@GetMapping("/slow")
		String slow() throws InterruptedException {
			ShutdownTests.arrived();
			return "done";
		}
	}

	/** Answers text with the same, but {@code ?question} with what the session says. */
	static class Echo extends AbstractWebSocketHandler {
		@Override
		protected void handleTextMessage(WebSocketSession session, TextMessage message) throws Exception {
			String text = message.getPayload();
			session.sendMessage(new TextMessage(text.startsWith("?") ? answer(session, text.substring(1)) : text));
		}

		@Override
		protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) throws Exception {
			session.sendMessage(message);
		}

		private static String answer(WebSocketSession session, String question) {
			WebSocketSession last = WebSocketSessionDecorator.unwrap(session);
			return switch (question) {
				case "class" -> last.getClass().getSimpleName();
				case "uri" -> session.getUri().toString();
				case "remote" -> session.getRemoteAddress().getHostString();
				case "principal" -> session.getPrincipal() == null ? "nobody" : session.getPrincipal().getName();
				case "protocol" -> "<" + session.getAcceptedProtocol() + ">";
				case "extensions" -> session.getExtensions().toString();
				case "textLimit" -> Integer.toString(session.getTextMessageSizeLimit());
				case "native" -> ((StandardWebSocketSession) last).getNativeSession(Session.class).getRequestURI().getPath();
				case "virtual" -> Boolean.toString(Thread.currentThread().toString().startsWith("VirtualThread"));
				case "loader" -> Thread.currentThread().getContextClassLoader().toString();
				default -> String.valueOf(session.getAttributes().get(question));
			};
		}
	}

	/** Puts an attribute and a cookie, and refuses who asks for it. */
	static class Greeting implements HandshakeInterceptor {
		@Override
		public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
				Map<String, Object> attributes) {
			attributes.put("greeting", "hello");
			response.getHeaders().add("Set-Cookie", "greeted=yes; Path=/");
			if (request.getURI().toString().endsWith("?refuse")) {
				response.setStatusCode(org.springframework.http.HttpStatus.GONE);
				return false;
			}
			return true;
		}

		@Override
		public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
				Exception exception) {
		}
	}
}
