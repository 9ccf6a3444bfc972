package io.hawser.websocket.internal;

import java.util.Locale;
import java.util.Objects;

/**
 * The path of a handler: {@code /chat} for exactly that, {@code /chat/**} for it and everything below.
 *
 * <p>Paths are compared as they were sent. Nothing is decoded, joined, collapsed or stripped: {@code /%63hat},
 * {@code //chat}, {@code /x/../chat}, {@code /chat/} and {@code /chat;x} are not {@code /chat}, so no spelling gets
 * around a rule that was made for a path. Below {@code /**} a handler may meet all of them in the session's URI.
 *
 * @param path without the suffix; empty for {@code /**}
 * @param withChildren whether the suffix was there
 */
public record HandlerPath(String path, boolean withChildren) {
	private static final String SUFFIX = "/**";

	/**
	 * Read a path as applications write it.
	 *
	 * @param pattern the path
	 * @param parameter names it in exceptions
	 * @throws IllegalArgumentException if it has no leading slash, a wildcard elsewhere, a query, a fragment, or
	 * characters that no request can carry
	 */
	public static HandlerPath parse(String pattern, String parameter) {
		Objects.requireNonNull(pattern, parameter);
		boolean withChildren = pattern.endsWith(SUFFIX);
		String path = withChildren ? pattern.substring(0, pattern.length() - SUFFIX.length()) : pattern;
		if (!pattern.startsWith("/")) {
			throw refused(pattern, parameter, "does not start with '/'");
		}
		for (int i = 0; i < path.length(); i++) {
			char c = path.charAt(i);
			if (c <= ' ' || c >= 0x7F) {
				throw refused(pattern, parameter, "has a character that must be percent-encoded");
			}
			if ("*{}?#".indexOf(c) >= 0) {
				throw refused(pattern, parameter, "has '" + c + "'; the only wildcard is '/**' at the end");
			}
		}
		return new HandlerPath(path, withChildren);
	}

	/**
	 * Return the path of a request target (RFC 9112 section 3.2): what stands before the query, of an absolute URI
	 * what stands behind the authority. {@code //host/path} is a path of that name, not a host.
	 *
	 * @return the raw path, or {@code null} if the target has none, as in {@code OPTIONS *}
	 */
	public static String ofTarget(String target) {
		int query = target.indexOf('?');
		String withoutQuery = query < 0 ? target : target.substring(0, query);
		if (withoutQuery.startsWith("/")) {
			return withoutQuery;
		}
		int colon = withoutQuery.indexOf("://");
		if (colon < 0 || !isHttpScheme(withoutQuery.substring(0, colon).toLowerCase(Locale.ROOT))) {
			return null;
		}
		int slash = withoutQuery.indexOf('/', colon + 3);
		return slash < 0 ? "/" : withoutQuery.substring(slash);
	}

	/** Return whether a raw path, as {@link #ofTarget} gives it, is this one or, with the suffix, below it. */
	public boolean matches(String rawPath) {
		return rawPath.startsWith(path)
				&& (rawPath.length() == path.length() || withChildren && rawPath.charAt(path.length()) == '/');
	}

	/** Return the path as applications write it. */
	@Override
	public String toString() {
		return withChildren ? path + SUFFIX : path;
	}

	private static boolean isHttpScheme(String scheme) {
		return scheme.equals("http") || scheme.equals("https") || scheme.equals("ws") || scheme.equals("wss");
	}

	private static IllegalArgumentException refused(String pattern, String parameter, String why) {
		return new IllegalArgumentException(parameter + " '" + LogText.printable(pattern) + "' " + why
				+ "; write a path like /chat or /chat/**");
	}
}
