package io.hawser.websocket.internal;

import java.util.Locale;

/**
 * A web origin (RFC 6454 section 4): scheme, host and port, lower case, default port filled in. Decides nothing.
 *
 * @param scheme without {@code ://}
 * @param host a name or address as sent, IPv6 in its brackets; empty for schemes without hosts
 * @param port the port, or {@link #NO_PORT} where none was sent and the scheme has no default
 */
record Origin(String scheme, String host, int port) {
	/** Stands for a port that is not there; matches no port in a list. */
	static final int NO_PORT = -1;
	/** Longest origin that is looked at, in chars; a host name has at most 253. */
	static final int MAX_CHARS = 1024;

	/** Read an {@code Origin} value, or return {@code null} if it is none, as "null" is. */
	static Origin parse(String text) {
		int colon = text.indexOf("://");
		if (colon < 1 || text.length() > MAX_CHARS) {
			return null;
		}
		String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
		return isScheme(scheme) ? ofAuthority(scheme, text.substring(colon + 3)) : null;
	}

	/**
	 * Read a {@code Host} value for a request that came by a scheme, or return {@code null} if it is none.
	 * {@code ws} and {@code wss} count as {@code http} and {@code https}: that is what browsers send.
	 */
	static Origin ofHost(String requestScheme, String host) {
		String scheme = requestScheme.toLowerCase(Locale.ROOT);
		String httpScheme = scheme.equals("ws") ? "http" : scheme.equals("wss") ? "https" : scheme;
		return host.isEmpty() || host.length() > MAX_CHARS ? null : ofAuthority(httpScheme, host);
	}

	/** Return a configured text without the slash at its end: people like to write it, browsers never send it. */
	static String withoutSlash(String text) {
		return text.endsWith("/") && !text.endsWith("://") ? text.substring(0, text.length() - 1) : text;
	}

	/** Return scheme and host as text, which patterns are matched with. */
	String schemeAndHost() {
		return scheme + "://" + host;
	}

	/** Return the whole origin as browsers write it: without a port that is the scheme's default. */
	String serialized() {
		return port == defaultPort(scheme) ? schemeAndHost() : schemeAndHost() + ":" + port;
	}

	private static Origin ofAuthority(String scheme, String authority) {
		int hostEnd = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
		if (hostEnd < 0) {
			hostEnd = authority.length();
		}
		String host = authority.substring(0, hostEnd).toLowerCase(Locale.ROOT);
		int port = port(authority.substring(hostEnd), defaultPort(scheme));
		boolean hostMissing = host.isEmpty() && defaultPort(scheme) != NO_PORT;
		return !hostMissing && isHost(host) && port >= NO_PORT ? new Origin(scheme, host, port) : null;
	}

	/** Return the port of {@code :8080}, the default of nothing, and less than {@link #NO_PORT} for all else. */
	private static int port(String text, int defaultPort) {
		if (text.isEmpty()) {
			return defaultPort;
		}
		if (!text.matches(":[0-9]{1,5}")) {
			return Integer.MIN_VALUE;
		}
		int port = Integer.parseInt(text.substring(1));
		return port <= 65_535 ? port : Integer.MIN_VALUE;
	}

	private static int defaultPort(String scheme) {
		return switch (scheme) {
			case "http", "ws" -> 80;
			case "https", "wss" -> 443;
			default -> NO_PORT;
		};
	}

	/** RFC 3986 section 3.1. */
	private static boolean isScheme(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			boolean letter = c >= 'a' && c <= 'z';
			if (!letter && (i == 0 || "0123456789+-.".indexOf(c) < 0)) {
				return false;
			}
		}
		return true;
	}

	/** Visible ASCII that cannot be mistaken for another part of a URI; colons only inside brackets. */
	private static boolean isHost(String text) {
		boolean bracketed = text.startsWith("[") && text.endsWith("]");
		String name = bracketed ? text.substring(1, text.length() - 1) : text;
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			if (c <= ' ' || c >= 0x7F || "/?#@\\[]<>\"*,".indexOf(c) >= 0 || c == ':' && !bracketed) {
				return false;
			}
		}
		return true;
	}
}
