package io.hawser.websocket.internal;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * What stands between method and version in a request line (RFC 9112 section 3.2), as path and as URI. Knows no
 * headers.
 */
final class RequestTarget {
	/** RFC 3986 section 2, letters and digits aside. */
	private static final String PATH_AND_QUERY = "-._~!$&'()*+,;=:@/?";
	private static final String AUTHORITY = "-._~!$&'()*+,;=:@";

	private RequestTarget() {
	}

	/** Returns the target from its path on; an absolute-form target loses scheme and authority. */
	static String withoutAuthority(String target) {
		int authority = authorityAt(target);
		if (authority < 0) {
			return target;
		}
		String rest = target.substring(endOfAuthority(target, authority));
		return rest.startsWith("/") ? rest : "/" + rest;
	}

	/** Returns the URI; what a URI may not contain, but browsers send all the same, is percent-encoded. */
	static URI uri(String scheme, String host, String target) {
		String authority = host;
		int at = authorityAt(target);
		if (at >= 0) {
			// The absolute form overrides the Host header (RFC 9112 section 3.2.2).
			authority = target.substring(at, endOfAuthority(target, at));
		}
		String rest = withoutAuthority(target);
		String prefix = scheme + "://";
		try {
			return new URI(prefix + authority + rest);
		} catch (URISyntaxException path) {
			return encoded(prefix, authority, encode(rest, PATH_AND_QUERY));
		}
	}

	private static URI encoded(String prefix, String authority, String rest) {
		try {
			return new URI(prefix + authority + rest);
		} catch (URISyntaxException host) {
			return URI.create(prefix + encode(authority, AUTHORITY) + rest);
		}
	}

	private static int authorityAt(String target) {
		if (target.startsWith("/")) {
			return -1;
		}
		int slashes = target.indexOf("://");
		int query = target.indexOf('?');
		return slashes < 0 || (query >= 0 && query < slashes) ? -1 : slashes + 3;
	}

	private static int endOfAuthority(String target, int at) {
		int end = at;
		while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
			end++;
		}
		return end;
	}

	private static String encode(String text, String allowed) {
		StringBuilder encoded = new StringBuilder(text.length() + 16);
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
			if (letterOrDigit || allowed.indexOf(c) >= 0 || c == '%' && isEscape(text, i)) {
				encoded.append(c);
			} else {
				encoded.append(String.format("%%%02X", (int) c));
			}
		}
		return encoded.toString();
	}

	private static boolean isEscape(String text, int at) {
		return at + 2 < text.length() && Character.digit(text.charAt(at + 1), 16) >= 0
				&& Character.digit(text.charAt(at + 2), 16) >= 0;
	}
}
