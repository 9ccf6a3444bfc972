package io.hawser.websocket.internal;

import io.hawser.websocket.SubProtocolCapable;
import io.hawser.websocket.WebSocketHandler;
import io.hawser.websocket.WebSocketHandlerDecorator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses the subprotocol of a session (RFC 6455 section 4.2.2): the first of the client's list that the handler
 * supports, so nothing that was not offered. Names are compared with case. Linear in the length of the list.
 */
public final class SubProtocols {
	private SubProtocols() {
	}

	/**
	 * Return the subprotocol for a session.
	 *
	 * @param offers the values of all {@code Sec-WebSocket-Protocol} headers
	 * @param handler the handler; if it is a decorator, the outermost {@link SubProtocolCapable} of them decides
	 * @return the name, or {@code null} if there is none in common
	 */
	public static String select(List<String> offers, WebSocketHandler handler) {
		Set<String> supported = offers.isEmpty() ? Set.of() : supportedBy(handler);
		if (supported.isEmpty()) {
			return null;
		}
		for (String offer : offers) {
			String chosen = firstIn(offer, supported);
			if (chosen != null) {
				return chosen;
			}
		}
		return null;
	}

	private static String firstIn(String offer, Set<String> supported) {
		int start = 0;
		while (start <= offer.length()) {
			int comma = offer.indexOf(',', start);
			int end = comma < 0 ? offer.length() : comma;
			String name = offer.substring(start, end).strip();
			if (supported.contains(name)) {
				return name;
			}
			start = end + 1;
		}
		return null;
	}

	/** Only tokens can be offered; anything else in the handler's list must not reach the response's head. */
	private static Set<String> supportedBy(WebSocketHandler handler) {
		SubProtocolCapable capable = capableOf(handler);
		if (capable == null || capable.getSubProtocols() == null) {
			return Set.of();
		}
		Set<String> supported = new HashSet<>();
		for (String name : capable.getSubProtocols()) {
			if (name != null && HttpSyntax.isToken(name)) {
				supported.add(name);
			}
		}
		return supported;
	}

	private static SubProtocolCapable capableOf(WebSocketHandler handler) {
		WebSocketHandler layer = handler;
		while (true) {
			if (layer instanceof SubProtocolCapable capable) {
				return capable;
			}
			if (!(layer instanceof WebSocketHandlerDecorator decorator)) {
				return null;
			}
			layer = decorator.getDelegate();
		}
	}
}
