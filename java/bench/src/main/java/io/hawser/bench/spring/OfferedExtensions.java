package io.hawser.bench.spring;

import java.util.List;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/** Spring's handshake; Tomcat takes permessage-deflate from whoever offers it, so without deflate the offers are left out. */
final class OfferedExtensions extends DefaultHandshakeHandler {
	private final boolean deflate;

	OfferedExtensions(boolean deflate) {
		this.deflate = deflate;
	}

	@Override
	protected List<WebSocketExtension> filterRequestedExtensions(ServerHttpRequest request, List<WebSocketExtension> requested,
			List<WebSocketExtension> supported) {
		return deflate ? super.filterRequestedExtensions(request, requested, supported) : List.of();
	}
}
