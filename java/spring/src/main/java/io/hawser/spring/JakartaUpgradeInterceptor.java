package io.hawser.spring;

import io.hawser.websocket.UpgradeRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.util.StringUtils;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.adapter.standard.StandardWebSocketHandlerAdapter;
import org.springframework.web.socket.adapter.standard.StandardWebSocketSession;
import org.springframework.web.socket.adapter.standard.WebSocketToStandardExtensionAdapter;
import org.springframework.web.socket.server.standard.ServerEndpointRegistration;

/**
 * Stands before the upgrade of a Jakarta WebSocket container (Tomcat, and all that Spring's standard strategy serves): where
 * the endpoint is Spring's adapter of a handler, the engine accepts in the container's place. Anything else proceeds.
 */
final class JakartaUpgradeInterceptor implements ClassProxies.Advice {
	private final ServerContainer container;
	private final SessionAcceptor acceptor;

	JakartaUpgradeInterceptor(ServerContainer container, SessionAcceptor acceptor) {
		this.container = container;
		this.acceptor = acceptor;
	}

	@Override
	public Object invoke(Method method, Object[] arguments) throws Throwable {
		if (method.getName().equals("upgradeHttpToWebSocket") && arguments.length == 4
				&& arguments[0] instanceof HttpServletRequest request && arguments[1] instanceof HttpServletResponse response
				&& arguments[2] instanceof ServerEndpointRegistration registration && accept(request, response, registration)) {
			return null;
		}
		if (method.getName().equals("getInstalledExtensions")) {
			return installedExtensions();
		}
		return ClassProxies.proceed(container, method, arguments);
	}

	private boolean accept(HttpServletRequest request, HttpServletResponse response, ServerEndpointRegistration registration) {
		UpgradeRequest upgrade = Requests.upgrade(request);
		if (upgrade == null || !(registration.getEndpoint() instanceof StandardWebSocketHandlerAdapter endpoint)) {
			return false;
		}
		Optional<WebSocketHandler> handler = FieldReader.read(endpoint, WebSocketHandler.class);
		Optional<StandardWebSocketSession> session = FieldReader.read(endpoint, StandardWebSocketSession.class);
		if (handler.isEmpty() || session.isEmpty()) {
			return false;
		}
		StandardWebSocketSession standard = session.get();
		acceptor.accept(request, response, upgrade, new HandshakeOutcome(handler.get(), standard.getHandshakeHeaders(),
				standard.getAttributes(), standard.getPrincipal(), protocol(registration), compression(registration),
				acceptor.limits(container.getDefaultMaxTextMessageBufferSize(), container.getDefaultMaxBinaryMessageBufferSize()),
				standard.getLocalAddress(), standard.getRemoteAddress()));
		return true;
	}

	/** Spring's list has one element, which is null where none was chosen. */
	private static String protocol(ServerEndpointRegistration registration) {
		List<String> protocols = registration.getSubprotocols();
		return protocols.isEmpty() || !StringUtils.hasText(protocols.get(0)) ? null : protocols.get(0);
	}

	private static boolean compression(ServerEndpointRegistration registration) {
		return registration.getExtensions().stream()
				.anyMatch((extension) -> extension.getName().equals(SessionAcceptor.COMPRESSION));
	}

	private Set<Extension> installedExtensions() {
		return !acceptor.compresses() ? Set.of()
				: Set.of(new WebSocketToStandardExtensionAdapter(new WebSocketExtension(SessionAcceptor.COMPRESSION)));
	}
}
