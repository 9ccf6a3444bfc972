package io.hawser.spring;

import io.hawser.websocket.ClientConnection;
import io.hawser.websocket.UpgradeRequest;
import io.hawser.websocket.UpstreamConnections;
import jakarta.servlet.ServletRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The words of the exchange between engine, hooks and filter: headers and request attributes. */
final class Requests {
	/** Names the opening handshake; the engine adds it and drops what a client sends under such a name. */
	static final String CONNECTION_HEADER = UpstreamConnections.CONNECTION_HEADER;
	/** Tells the engine that a handshake was accepted. */
	static final String ACCEPTED_HEADER = UpstreamConnections.ACCEPTED_HEADER;
	/** Holds the {@link ClientConnection} of a request that came through the engine. */
	static final String CLIENT = ClientConnection.class.getName();
	/** Holds the {@link UpgradeRequest} of an opening handshake that came through the engine. */
	static final String UPGRADE = UpgradeRequest.class.getName();
	/** The servlet specification's name for the client's certificates. */
	static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

	private Requests() {
	}

	/** Returns the handshake that a request is, or {@code null}. */
	static UpgradeRequest upgrade(ServletRequest request) {
		return request.getAttribute(UPGRADE) instanceof UpgradeRequest upgrade ? upgrade : null;
	}

	/** Returns whether a Host header names a port. */
	static boolean hasPort(String host) {
		return host != null && host.lastIndexOf(':') > host.lastIndexOf(']');
	}

	/** Returns the address as text; an IPv4 address that was accepted by an IPv6 socket as IPv4. */
	static String text(InetSocketAddress address) {
		InetAddress ip = address.getAddress();
		return ip == null ? address.getHostString() : ip.getHostAddress();
	}
}
