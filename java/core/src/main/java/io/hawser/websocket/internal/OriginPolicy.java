package io.hawser.websocket.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Decides from which web pages sessions may be opened, the protection of browsers' users against foreign pages (RFC
 * 6455 section 10.2). Immutable. Does not log and does not answer.
 *
 * <ul>
 * <li>A request without {@code Origin} passes: it is not from a browser.
 * <li>So does one of the same origin: scheme, host and port of {@code Origin} are those of the request, default
 * ports filled in, case aside. Where {@code Host} is missing or malformed nothing is of the same origin.
 * <li>Anything else must be allowed by name or by pattern. {@code null}, which browsers send from sandboxes and
 * files, only by the name {@code null}.
 * <li>Several origins, in one header or in several, pass only where {@code *} allows everything.
 * </ul>
 */
public final class OriginPolicy {
	private static final String ANY = "*";
	private static final String OPAQUE = "null";

	private final boolean anyAllowed;
	private final boolean opaqueAllowed;
	private final Set<Origin> origins;
	private final List<OriginPattern> patterns;
	private final List<String> originTexts;
	private final List<String> patternTexts;

	private OriginPolicy(List<String> originTexts, List<String> patternTexts) {
		this.originTexts = originTexts;
		this.patternTexts = patternTexts;
		anyAllowed = originTexts.contains(ANY) || patternTexts.contains(ANY);
		opaqueAllowed = originTexts.contains(OPAQUE);
		origins = new HashSet<>();
		for (int i = 0; i < originTexts.size(); i++) {
			String text = originTexts.get(i);
			if (!text.equals(ANY) && !text.equals(OPAQUE)) {
				origins.add(parseAllowed(text, "allowedOrigins[" + i + "]"));
			}
		}
		patterns = new ArrayList<>();
		for (int i = 0; i < patternTexts.size(); i++) {
			if (!patternTexts.get(i).equals(ANY)) {
				patterns.add(OriginPattern.parse(patternTexts.get(i), "allowedOriginPatterns[" + i + "]"));
			}
		}
	}

	/** Return the policy that allows no other origin. */
	public static OriginPolicy sameOrigin() {
		return new OriginPolicy(List.of(), List.of());
	}

	/**
	 * Return this policy with other allowed origins in the place of those it had; its patterns stay.
	 *
	 * @param allowedOrigins each like {@code https://example.org}, or {@code *} for all, or {@code null} as a word
	 * @throws IllegalArgumentException if one of them is no origin
	 */
	public OriginPolicy withAllowedOrigins(String... allowedOrigins) {
		return new OriginPolicy(copy(allowedOrigins, "allowedOrigins"), patternTexts);
	}

	/**
	 * Return this policy with other patterns in the place of those it had; its allowed origins stay.
	 *
	 * @param allowedOriginPatterns each like {@code https://*.example.org}, {@code http://localhost:[8080,8081]} or
	 * {@code http://localhost:[*]}; {@code *} allows all
	 * @throws IllegalArgumentException if one of them cannot be read
	 */
	public OriginPolicy withAllowedOriginPatterns(String... allowedOriginPatterns) {
		return new OriginPolicy(originTexts, copy(allowedOriginPatterns, "allowedOriginPatterns"));
	}

	/**
	 * Return whether a request may open a session.
	 *
	 * @param originHeaders the values of all {@code Origin} headers; empty if there is none
	 * @param requestScheme how the request came: {@code http}, {@code https}, {@code ws} or {@code wss}
	 * @param hostHeader the value of {@code Host}, or {@code null} if there is none
	 */
	public boolean allows(List<String> originHeaders, String requestScheme, String hostHeader) {
		if (originHeaders.isEmpty() || anyAllowed) {
			return true;
		}
		// A browser sends one (RFC 6454 section 7.3); with more it is unclear which of them to believe.
		if (originHeaders.size() > 1) {
			return false;
		}
		if (originHeaders.get(0).equals(OPAQUE)) {
			return opaqueAllowed;
		}
		Origin origin = Origin.parse(originHeaders.get(0));
		if (origin == null) {
			return false;
		}
		return isSame(origin, requestScheme, hostHeader) || origins.contains(origin)
				|| patterns.stream().anyMatch(pattern -> pattern.matches(origin));
	}

	/** Return what is allowed, as configured: for the log line of a refusal. */
	@Override
	public String toString() {
		return "same origin, allowedOrigins " + originTexts + ", allowedOriginPatterns " + patternTexts;
	}

	private static boolean isSame(Origin origin, String requestScheme, String hostHeader) {
		return hostHeader != null && origin.equals(Origin.ofHost(requestScheme, hostHeader));
	}

	private static Origin parseAllowed(String text, String where) {
		Origin origin = Origin.parse(Origin.withoutSlash(text));
		if (origin != null) {
			return origin;
		}
		String cure = text.contains(ANY) ? "use setAllowedOriginPatterns for patterns"
				: "write scheme and host in ASCII, and the port if it is not the default:"
						+ " https://example.org:8443";
		throw new IllegalArgumentException(where + " '" + LogText.printable(text) + "' is no origin; " + cure);
	}

	private static List<String> copy(String[] values, String parameter) {
		Objects.requireNonNull(values, parameter);
		for (int i = 0; i < values.length; i++) {
			Objects.requireNonNull(values[i], parameter + "[" + i + "]");
		}
		return List.of(values);
	}
}
