package io.hawser.acceptance;

import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/** Sets two cookies and a header on the answer, and refuses who asks to be refused. */
final class VisitInterceptor implements HandshakeInterceptor {
	@Override
	public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler, Map<String, Object> attributes) {
		if ("refuse".equals(request.getURI().getQuery())) {
			response.setStatusCode(HttpStatus.CONFLICT);
			response.getHeaders().add("X-Refused", "by the interceptor");
			return false;
		}
		attributes.put("visit", "seen");
		response.getHeaders().add(HttpHeaders.SET_COOKIE, "visit=first; Path=/; HttpOnly");
		response.getHeaders().add(HttpHeaders.SET_COOKIE, "theme=dark; Max-Age=60");
		response.getHeaders().add("X-Visit", "first");
		return true;
	}

	@Override
	public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler, Exception exception) {
		// nothing to be tidied up
	}
}
