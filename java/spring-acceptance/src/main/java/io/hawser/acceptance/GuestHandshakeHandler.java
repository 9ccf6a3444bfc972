package io.hawser.acceptance;

import java.security.Principal;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/** Gives a name to those who have none. */
final class GuestHandshakeHandler extends DefaultHandshakeHandler {
	private final AtomicLong guests = new AtomicLong();

	@Override
	protected Principal determineUser(ServerHttpRequest request, WebSocketHandler handler, Map<String, Object> attributes) {
		Principal known = super.determineUser(request, handler, attributes);
		String name = "guest-" + guests.incrementAndGet();
		return known != null ? known : () -> name;
	}
}
