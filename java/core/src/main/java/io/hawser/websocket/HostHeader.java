package io.hawser.websocket;

import java.net.InetSocketAddress;

/** Reads {@code Host} (RFC 9110 section 7.2) into a host and a port. Resolves no names. */
final class HostHeader {
	private HostHeader() {
	}

	/** Return the unresolved address with port 0 where there is none, or {@code null} if it cannot be read. */
	static InetSocketAddress parse(String host) {
		if (host == null || host.isEmpty()) {
			return null;
		}
		// An IPv6 address has colons of its own, inside its brackets.
		int colon = host.indexOf(':', host.startsWith("[") ? Math.max(host.indexOf(']'), 0) : 0);
		if (colon < 0) {
			return InetSocketAddress.createUnresolved(host, 0);
		}
		String port = host.substring(colon + 1);
		if (!port.matches("[0-9]{0,5}")) {
			return null;
		}
		int number = port.isEmpty() ? 0 : Integer.parseInt(port);
		return number > 65_535 ? null : InetSocketAddress.createUnresolved(host.substring(0, colon), number);
	}
}
