package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginPolicyTests {
	private static boolean allows(OriginPolicy policy, String origin) {
		return policy.allows(List.of(origin), "http", "server.example");
	}

	@Test
	void aRequestWithoutOriginPasses() {
		assertTrue(OriginPolicy.sameOrigin().allows(List.of(), "http", "server.example"));
		assertTrue(OriginPolicy.sameOrigin().allows(List.of(), "http", null));
	}

	@ParameterizedTest
	@CsvSource({"http://a.example, http, a.example", "http://a.example, http, a.example:80",
			"http://a.example:80, http, a.example", "HTTP://A.Example, http, a.eXample",
			"https://a.example, https, a.example:443",
			"https://a.example:443, https, a.example", "http://a.example, ws, a.example",
			"https://a.example, wss, a.example",
			"http://a.example:8080, http, a.example:8080", "http://[::1]:8080, http, [::1]:8080",
			"http://[2001:DB8::1], http, [2001:db8::1]:80", "http://127.0.0.1:9, HTTP, 127.0.0.1:9"})
	void theSameOriginPassesInAllItsSpellings(String origin, String scheme, String host) {
		assertTrue(OriginPolicy.sameOrigin().allows(List.of(origin), scheme, host));
	}

	@ParameterizedTest
	@CsvSource({"https://a.example, http, a.example", "http://a.example, https, a.example",
			"http://a.example:8080, http, a.example", "http://a.example, http, a.example:8080",
			"http://b.example, http, a.example",
			"http://a.example.evil, http, a.example", "http://evil-a.example, http, a.example",
			"http://a.example@evil, http, a.example", "http://a.example/, http, a.example",
			"http://a.example, http, ''",
			"null, http, a.example", "null, http, null", "'', http, a.example", "http://, http, a.example",
			"http:///, http, a.example", "a.example, http, a.example", "//a.example, http, a.example",
			"http://a.example:, http, a.example", "http://a.example:99999, http, a.example:99999",
			"http://a.example:+80, http, a.example", "http://[::1, http, [::1", "http://[::1]x, http, [::1]x",
			"http://a.example http://b.example, http, a.example",
			"'http://a.example, http://b.example', http, a.example",
			"http://a.example?x, http, a.example", "http://a.example#x, http, a.example", "http://a b, http, a b",
			"http://, http, :80", "1http://a, 1http, a"})
	void anythingElseIsRefusedWhereNothingIsAllowed(String origin, String scheme, String host) {
		assertFalse(OriginPolicy.sameOrigin().allows(List.of(origin), scheme, host));
	}

	@Test
	void withoutHostNothingIsOfTheSameOrigin() {
		assertFalse(OriginPolicy.sameOrigin().allows(List.of("http://a.example"), "http", null));
	}

	@Test
	void severalOriginHeadersPassOnlyWhereEverythingDoes() {
		List<String> twice = List.of("https://a.example", "https://a.example");
		var policy = OriginPolicy.sameOrigin().withAllowedOrigins("https://a.example");
		assertTrue(policy.allows(List.of("https://a.example"), "http", "h"));
		assertFalse(policy.allows(twice, "http", "h"));
		assertTrue(policy.withAllowedOrigins("*").allows(twice, "http", "h"));
	}

	@ParameterizedTest
	@ValueSource(strings = {"https://a.example", "https://A.EXAMPLE", "https://a.example:443", "http://b.example:8080",
			"http://server.example", "capacitor://localhost", "file://", "app://x-y.z"})
	void anAllowedOriginPassesInAllItsSpellings(String origin) {
		assertTrue(allows(OriginPolicy.sameOrigin().withAllowedOrigins("https://a.example/", "HTTP://b.example:8080",
				"capacitor://localhost", "file://", "app://x-y.z"), origin));
	}

	@ParameterizedTest
	@ValueSource(strings = {"http://a.example", "https://a.example:444", "https://x.a.example",
			"https://a.example.evil",
			"http://b.example", "null", "capacitor://localhost:1"})
	void anotherOriginIsRefused(String origin) {
		assertFalse(allows(OriginPolicy.sameOrigin().withAllowedOrigins("https://a.example", "http://b.example:8080",
				"capacitor://localhost"), origin));
	}

	@Test
	void theOpaqueOriginPassesOnlyByItsName() {
		assertFalse(allows(OriginPolicy.sameOrigin().withAllowedOriginPatterns("http://*", "*.example"), "null"));
		assertTrue(allows(OriginPolicy.sameOrigin().withAllowedOrigins("null"), "null"));
		assertTrue(allows(OriginPolicy.sameOrigin().withAllowedOrigins("*"), "null"));
	}

	@Test
	void aStarAllowsEverythingWhereverItIsWritten() {
		assertTrue(allows(OriginPolicy.sameOrigin().withAllowedOrigins("https://a.example", "*"), "any thing"));
		assertTrue(allows(OriginPolicy.sameOrigin().withAllowedOriginPatterns("*"), "https://b.example"));
	}

	@ParameterizedTest
	@CsvSource({"https://*.a.example, https://x.a.example", "https://*.a.example, https://x.y.a.example",
			"https://*.a.example, https://X.A.example:443", "HTTPS://*.A.example/, https://x.a.example",
			"https://*.a.example:8443, https://x.a.example:8443", "https://*.a.example:443, https://x.a.example",
			"'http://localhost:[8080,8081]', http://localhost:8081",
			"'https://a.example:[443,8443]', https://a.example",
			"http://localhost:[*], http://localhost", "http://localhost:[*], http://localhost:12345",
			"http://localhost:*, http://localhost:12345", "http://[::1]:[*], http://[::1]:5",
			"http://[::1], http://[::1]",
			"*://a.example, https://a.example", "*.a.example, https://x.a.example", "http*://a*b*c, https://axxbxbxxc",
			"https://*.a.example:[*], https://x.a.example:1"})
	void aPatternMatches(String pattern, String origin) {
		assertTrue(allows(OriginPolicy.sameOrigin().withAllowedOriginPatterns(pattern), origin));
	}

	@ParameterizedTest
	@CsvSource({"https://*.a.example, https://a.example", "https://*.a.example, http://x.a.example",
			"https://*.a.example, https://x.a.example:8443", "https://*.a.example, https://x.a.example.evil",
			"https://*.a.example, https://evil/.a.example", "https://*.a.example, https://evil?.a.example",
			"https://*.a.example, https://evil#.a.example", "https://*.a.example, https://u@x.a.example",
			"https://*.a.example, https://xaa.example", "'http://localhost:[8080,8081]', http://localhost:8082",
			"'http://localhost:[8080,8081]', http://localhost", "http://localhost:[*], http://localhost.evil",
			"https://a.example:[443], https://a.example:80", "http://a*b, http://acc"})
	void aPatternDoesNotMatch(String pattern, String origin) {
		assertFalse(allows(OriginPolicy.sameOrigin().withAllowedOriginPatterns(pattern), origin));
	}

	@ParameterizedTest
	@ValueSource(strings = {"", " ", "example.org", "https://", "https://a.example/app", "https://*.a.example",
			"https://a b",
			"https://a.example,https://b.example", "https://a.example:0x1", "https://a.example:70000",
			"https://\u00E4.example"})
	void whatIsNoOriginIsRefusedByNameAndIndex(String origin) {
		var refused = assertThrows(IllegalArgumentException.class,
				() -> OriginPolicy.sameOrigin().withAllowedOrigins("https://ok.example", origin));
		assertTrue(refused.getMessage().startsWith("allowedOrigins[1] '" + origin + "'"), refused.getMessage());
	}

	@ParameterizedTest
	@ValueSource(strings = {"", " ", "https://*.a.example/app", "https://a.example:[8080", "https://a.example:[]",
			"https://a.example:[8080, 8081]", "https://a.example:[0]", "https://a.example:[65536]",
			"https://*.a,https://*.b",
			"https://*.\u00E4.example", "https://u@*.a"})
	void whatIsNoPatternIsRefusedByNameAndIndex(String pattern) {
		var refused = assertThrows(IllegalArgumentException.class,
				() -> OriginPolicy.sameOrigin().withAllowedOriginPatterns(pattern));
		assertTrue(refused.getMessage().startsWith("allowedOriginPatterns[0] '" + pattern + "'"), refused.getMessage());
	}

	@Test
	void missingArgumentsAreNamed() {
		assertEquals("allowedOrigins", assertThrows(NullPointerException.class,
				() -> OriginPolicy.sameOrigin().withAllowedOrigins((String[]) null)).getMessage());
		assertEquals("allowedOriginPatterns[1]", assertThrows(NullPointerException.class,
				() -> OriginPolicy.sameOrigin().withAllowedOriginPatterns("*", null)).getMessage());
	}

	@Test
	void originsAndPatternsAreSetApartFromEachOther() {
		var policy = OriginPolicy.sameOrigin().withAllowedOrigins("https://a.example")
				.withAllowedOriginPatterns("https://*.b.example").withAllowedOrigins("https://c.example");
		assertFalse(allows(policy, "https://a.example"), "replaced");
		assertTrue(allows(policy, "https://c.example"));
		assertTrue(allows(policy, "https://x.b.example"));
		assertEquals("same origin, allowedOrigins [https://c.example], allowedOriginPatterns [https://*.b.example]",
				policy.toString());
	}

	@Test
	void aLongOriginCostsLittleWhateverThePattern() {
		var policy = OriginPolicy.sameOrigin().withAllowedOriginPatterns("https://*a*a*a*a*a*a*a*a*b");
		String longest = "https://" + "a".repeat(Origin.MAX_CHARS - 8);
		assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
			for (int i = 0; i < 100; i++) {
				assertFalse(allows(policy, longest));
				assertFalse(allows(policy, "https://" + "a".repeat(16_000) + "b"));
			}
		});
	}

	@Test
	void anOriginUpToTheLimitIsReadAndALongerOneIsNot() {
		var policy = OriginPolicy.sameOrigin().withAllowedOriginPatterns("https://*");
		assertTrue(allows(policy, "https://" + "a".repeat(Origin.MAX_CHARS - 8)));
		assertFalse(allows(policy, "https://" + "a".repeat(Origin.MAX_CHARS - 7)));
	}
}
