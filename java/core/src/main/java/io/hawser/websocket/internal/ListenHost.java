package io.hawser.websocket.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/** The host that an engine listens on: as it was given, and as an address. Knows no port. */
final class ListenHost {
	private ListenHost() {
	}

	/** Returns a name or an address, an IPv6 address without its brackets. */
	static String check(String host) {
		Objects.requireNonNull(host, "host");
		if (host.isBlank() || host.chars().anyMatch((c) -> c <= ' ' || c == 0x7f)) {
			throw new IllegalArgumentException("host must be a name or an address without spaces, not '" + host + "'");
		}
		boolean bracketed = host.startsWith("[") && host.endsWith("]");
		return bracketed ? host.substring(1, host.length() - 1) : host;
	}

	/** The native side takes addresses only; names are looked up here, where the JVM's resolver settings hold. */
	static String resolve(String host) throws UnknownHostException {
		try {
			return InetAddress.getByName(host).getHostAddress();
		} catch (UnknownHostException e) {
			UnknownHostException named = new UnknownHostException("host '" + host
					+ "' cannot be resolved; use an address of this machine, or 0.0.0.0 or :: for all of them");
			named.initCause(e);
			throw named;
		}
	}
}
