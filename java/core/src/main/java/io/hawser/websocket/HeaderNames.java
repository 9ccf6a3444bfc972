package io.hawser.websocket;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One shared string for each header name that most handshakes carry, so that no session keeps its own. */
final class HeaderNames {
	private static final Map<String, String> SHARED = Arrays.asList(
			HttpHeaders.ACCEPT, HttpHeaders.ACCEPT_ENCODING, HttpHeaders.ACCEPT_LANGUAGE, HttpHeaders.AUTHORIZATION,
			HttpHeaders.CACHE_CONTROL, HttpHeaders.CONNECTION, HttpHeaders.CONTENT_TYPE, HttpHeaders.COOKIE,
			HttpHeaders.HOST, HttpHeaders.ORIGIN, HttpHeaders.PRAGMA, HttpHeaders.REFERER, HttpHeaders.UPGRADE,
			HttpHeaders.USER_AGENT, HttpHeaders.SEC_WEBSOCKET_EXTENSIONS, HttpHeaders.SEC_WEBSOCKET_KEY,
			HttpHeaders.SEC_WEBSOCKET_PROTOCOL, HttpHeaders.SEC_WEBSOCKET_VERSION, "Sec-Fetch-Dest", "Sec-Fetch-Mode",
			"Sec-Fetch-Site", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto",
			"X-Real-IP", "X-Request-ID")
			.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), Function.identity()));

	private HeaderNames() {
	}

	/** Return the shared string equal to the name, or the name itself. The spelling is kept. */
	static String canonical(String name) {
		return SHARED.getOrDefault(name, name);
	}
}
