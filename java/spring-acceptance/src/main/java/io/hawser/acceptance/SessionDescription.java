package io.hawser.acceptance;

import jakarta.websocket.Session;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;
import org.springframework.web.socket.adapter.standard.StandardWebSocketSession;
import org.springframework.web.socket.handler.WebSocketSessionDecorator;

/** All that a session says of itself, and whose session it is below Spring's decorators. */
final class SessionDescription {
	private SessionDescription() {
	}

	static Map<String, Object> of(WebSocketSession session) {
		WebSocketSession served = WebSocketSessionDecorator.unwrap(session);
		Map<String, Object> description = new LinkedHashMap<>();
		description.put("id", session.getId());
		description.put("open", session.isOpen());
		description.put("class", served.getClass().getName());
		description.put("uri", String.valueOf(session.getUri()));
		description.put("remote", text(session.getRemoteAddress()));
		description.put("local", text(session.getLocalAddress()));
		description.put("protocol", String.valueOf(session.getAcceptedProtocol()));
		description.put("extensions", session.getExtensions().stream().map(WebSocketExtension::getName).toList());
		description.put("principal", name(session.getPrincipal()));
		description.put("textLimit", session.getTextMessageSizeLimit());
		description.put("binaryLimit", session.getBinaryMessageSizeLimit());
		Map<String, String> attributes = new TreeMap<>();
		session.getAttributes().forEach((key, value) -> attributes.put(key, String.valueOf(value)));
		description.put("attributes", attributes);
		addNative(description, served);
		return description;
	}

	/** What only the first callback is sure to see: its thread, and headers that SockJS would later read from a request that is over. */
	static Map<String, Object> ofFirstCallback(WebSocketSession session) {
		ClassLoader loader = Thread.currentThread().getContextClassLoader();
		boolean findsApplication;
		try {
			findsApplication = loader != null && loader.loadClass(AcceptanceApplication.class.getName()) == AcceptanceApplication.class;
		} catch (ClassNotFoundException e) {
			findsApplication = false;
		}
		return Map.of("thread", Thread.currentThread().getName(), "findsApplication", findsApplication,
				"headers", new TreeMap<>(session.getHandshakeHeaders().toSingleValueMap()));
	}

	/** What applications reach for below Spring, by the casts they write. */
	private static void addNative(Map<String, Object> description, WebSocketSession served) {
		Object below = served instanceof NativeWebSocketSession session ? session.getNativeSession() : null;
		description.put("nativeClass", below == null ? null : below.getClass().getName());
		description.put("standard", served instanceof StandardWebSocketSession);
		if (served instanceof StandardWebSocketSession standard) {
			Session session = standard.getNativeSession(Session.class);
			Map<String, Object> jakarta = new LinkedHashMap<>();
			jakarta.put("open", session.isOpen());
			jakarta.put("uri", String.valueOf(session.getRequestURI()));
			jakarta.put("protocol", session.getNegotiatedSubprotocol());
			jakarta.put("version", session.getProtocolVersion());
			jakarta.put("principal", name(session.getUserPrincipal()));
			jakarta.put("textLimit", session.getMaxTextMessageBufferSize());
			jakarta.put("binaryLimit", session.getMaxBinaryMessageBufferSize());
			description.put("jakarta", jakarta);
		}
	}

	private static String name(Principal principal) {
		return principal == null ? null : principal.getName();
	}

	private static String text(InetSocketAddress address) {
		return address == null ? null : address.getAddress().getHostAddress() + ":" + address.getPort();
	}
}
