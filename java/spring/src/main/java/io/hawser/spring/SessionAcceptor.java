package io.hawser.spring;

import io.hawser.websocket.UpgradeOptions;
import io.hawser.websocket.UpgradeRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.net.URI;
import java.net.URISyntaxException;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Accepts an opening handshake that Spring has approved: makes the session, stores it with the engine, and answers so that the
 * engine sends the 101. Knows no container.
 */
final class SessionAcceptor {
	/** The name of permessage-deflate. */
	static final String COMPRESSION = "permessage-deflate";

	private final HawserProperties properties;
	private final AuthenticatedSessions authenticated;

	SessionAcceptor(HawserProperties properties, AuthenticatedSessions authenticated) {
		this.properties = properties;
		this.authenticated = authenticated;
	}

	boolean compresses() {
		return properties.compression().enabled();
	}

	/** Returns the message limits, given those of the container. */
	MessageLimits limits(long containerText, long containerBinary) {
		return MessageLimits.of(properties, containerText, containerBinary);
	}

	/**
	 * Accepts.
	 * @throws IllegalStateException if the client has gone meanwhile
	 */
	void accept(HttpServletRequest request, HttpServletResponse response, UpgradeRequest upgrade, HandshakeOutcome handshake) {
		URI uri = uri(request);
		HttpSession http = handshake.principal() == null ? null : request.getSession(false);
		HawserSession session = new HawserSession(handshake, uri, http);
		UpgradeOptions options = UpgradeOptions.DEFAULT
				.subProtocol(handshake.protocol())
				.principal(handshake.principal())
				.attributes(session.getAttributes())
				.uri(uri)
				.maxTextMessageBytes(handshake.limits().textBytes())
				.maxBinaryMessageBytes(handshake.limits().binaryBytes())
				.compression(handshake.compression())
				.placedWith(HandlerAdapter.placement(handshake.handler()));
		session.bind(upgrade.accept(new HandlerAdapter(handshake.handler(), session, authenticated), options));
		response.setStatus(HttpServletResponse.SC_OK);
		response.setHeader(Requests.ACCEPTED_HEADER, upgrade.id());
		// Whoever flushes now would else begin a body without a length.
		response.setContentLength(0);
	}

	/** As Tomcat builds it: after forwarded headers, without a port that is the scheme's own. */
	private static URI uri(HttpServletRequest request) {
		boolean secure = request.isSecure();
		String name = request.getServerName();
		StringBuilder text = new StringBuilder(secure ? "wss://" : "ws://");
		text.append(name.indexOf(':') >= 0 && !name.startsWith("[") ? "[" + name + "]" : name);
		int port = request.getServerPort();
		if (port > 0 && port != (secure ? 443 : 80)) {
			text.append(':').append(port);
		}
		text.append(request.getRequestURI());
		if (request.getQueryString() != null) {
			text.append('?').append(request.getQueryString());
		}
		try {
			return new URI(text.toString());
		} catch (URISyntaxException e) {
			// Containers let more pass than a URI may have.
			return UriComponentsBuilder.fromUriString(text.toString()).build().encode().toUri();
		}
	}
}
