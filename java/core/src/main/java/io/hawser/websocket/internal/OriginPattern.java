package io.hawser.websocket.internal;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One allowed origin pattern in Spring's notation: {@code *} stands for any characters, {@code :[8080,8081]} at the
 * end for one of these ports, {@code :[*]} for any port or none. Matching takes linear memory and never backtracks
 * more than one star deep, because origins come from strangers.
 */
final class OriginPattern {
	private static final Pattern PORTS = Pattern.compile("(.*):(?:\\[(\\*|[0-9]{1,5}(?:,[0-9]{1,5})*)]|([0-9]{1,5}))");
	/** Scheme and host, visible ASCII without what ends a host; brackets only around an IPv6 address. */
	private static final Pattern GLOB =
			Pattern.compile("([a-z*][a-z0-9+.*-]*://)?([!-~&&[^\\[\\],/?#@\\\\]]+|\\[[0-9a-f:.*]+](:\\*)?)");
	private static final String ANY = "*";

	private final String glob;
	/** Ports that match, {@code null} if the glob covers the port too. */
	private final Set<Integer> ports;
	private final boolean anyPort;

	private OriginPattern(String glob, Set<Integer> ports, boolean anyPort) {
		this.glob = glob;
		this.ports = ports;
		this.anyPort = anyPort;
	}

	/** Read a pattern; {@code where} names it in exceptions. */
	static OriginPattern parse(String pattern, String where) {
		String text = Origin.withoutSlash(pattern.toLowerCase(Locale.ROOT));
		Matcher matcher = PORTS.matcher(text);
		if (!matcher.matches()) {
			return new OriginPattern(requireGlob(text, pattern, where), null, false);
		}
		String glob = requireGlob(matcher.group(1), pattern, where);
		String list = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
		if (list.equals(ANY)) {
			return new OriginPattern(glob, null, true);
		}
		Set<Integer> ports = Arrays.stream(list.split(",")).map(Integer::valueOf).collect(Collectors.toSet());
		if (ports.stream().anyMatch(port -> port < 1 || port > 65_535)) {
			throw new IllegalArgumentException(where + " '" + pattern + "' has a port outside 1 to 65535");
		}
		return new OriginPattern(glob, ports, false);
	}

	boolean matches(Origin origin) {
		if (anyPort) {
			return globMatches(origin.schemeAndHost());
		}
		return ports == null ? globMatches(origin.serialized())
				: ports.contains(origin.port()) && globMatches(origin.schemeAndHost());
	}

	/** A glob with a path, a list or a space would never match anything, so it is a mistake. */
	private static String requireGlob(String glob, String pattern, String where) {
		if (!GLOB.matcher(glob).matches()) {
			throw new IllegalArgumentException(where + " '" + LogText.printable(pattern) + "' is no origin pattern;"
					+ " write one like https://*.example.org, http://localhost:[8080,8081] or http://localhost:[*]");
		}
		return glob;
	}

	/** Greedy match that, on a mismatch, only lets the latest star take one character more. */
	private boolean globMatches(String text) {
		int t = 0;
		int g = 0;
		int star = -1;
		int starText = 0;
		while (t < text.length()) {
			if (g < glob.length() && glob.charAt(g) == '*') {
				star = g++;
				starText = t;
			} else if (g < glob.length() && glob.charAt(g) == text.charAt(t)) {
				g++;
				t++;
			} else if (star >= 0) {
				g = star + 1;
				t = ++starText;
			} else {
				return false;
			}
		}
		while (g < glob.length() && glob.charAt(g) == '*') {
			g++;
		}
		return g == glob.length();
	}
}
