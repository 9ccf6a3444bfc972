package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpHeadersTests {
	@Test
	void namesAreFoundWithoutCaseAndAllValuesAreKeptInOrder() {
		var headers = new HttpHeaders();
		headers.add("X-Forwarded-For", "1.1.1.1");
		headers.add("Host", "a");
		headers.add("x-forwarded-for", "2.2.2.2");

		assertEquals(List.of("1.1.1.1", "2.2.2.2"), headers.get("X-FORWARDED-FOR"));
		assertEquals("1.1.1.1", headers.getFirst("x-Forwarded-For"));
		assertEquals(List.of("X-Forwarded-For", "Host"), List.copyOf(headers.keySet()));
		assertEquals(2, headers.size());
		assertTrue(headers.containsHeader("HOST"));
		assertTrue(headers.containsKey("host"));
		assertFalse(headers.containsKey(1));
	}

	@Test
	void anAbsentHeaderIsNullOrEmptyAsAskedFor() {
		var headers = new HttpHeaders();
		assertNull(headers.getFirst("a"));
		assertNull(headers.get("a"));
		assertEquals(List.of(), headers.getOrEmpty("a"));
		assertEquals(List.of("d"), headers.getOrDefault("a", List.of("d")));
		assertNull(headers.remove("a"));
		assertTrue(headers.isEmpty());
	}

	@Test
	void setReplacesAllValuesInPlace() {
		var headers = new HttpHeaders();
		headers.add("a", "1");
		headers.add("b", "2");
		headers.add("A", "3");
		headers.set("A", "4");
		assertEquals("[A:\"4\", b:\"2\"]", headers.toString());
	}

	@Test
	void putRemoveAndPutIfAbsentTellWhatWasThere() {
		var headers = new HttpHeaders();
		assertNull(headers.put("a", List.of("1", "2")));
		assertEquals(List.of("1", "2"), headers.put("A", List.of("3")));
		assertEquals(List.of("3"), headers.putIfAbsent("a", List.of("4")));
		assertNull(headers.putIfAbsent("b", List.of("5")));
		assertEquals(List.of("3"), headers.remove("a"));
		assertEquals(Map.of("b", List.of("5")), Map.copyOf(headers));
		headers.clear();
		assertEquals(0, headers.size());
	}

	@Test
	void forEachAndEntrySetGiveEachNameOnce() {
		var headers = new HttpHeaders();
		headers.addAll("a", List.of("1", "2"));
		headers.addAll(Map.of("b", List.of("3")));
		headers.setAll(Map.of("B", "4"));
		List<String> seen = new ArrayList<>();
		headers.forEach((name, values) -> seen.add(name + values));
		assertEquals(List.of("a[1, 2]", "B[4]"), seen);
		assertEquals(headers.entrySet(), headers.headerSet());
		assertEquals(headers.keySet(), headers.headerNames());
		assertEquals(Map.of("a", "1", "B", "4"), headers.toSingleValueMap());
	}

	@ParameterizedTest
	@ValueSource(strings = {"a\r\nSet-Cookie: x", "\r", "\n", "\0", "\u0001", "\u007F"})
	void aValueThatWouldBreakTheHeadIsRefusedAndNothingChanges(String value) {
		var headers = new HttpHeaders();
		headers.add("a", "1");
		assertThrows(IllegalArgumentException.class, () -> headers.add("a", value));
		assertThrows(IllegalArgumentException.class, () -> headers.set("a", value));
		assertThrows(IllegalArgumentException.class, () -> headers.put("a", List.of("ok", value)));
		assertEquals("[a:\"1\"]", headers.toString());
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "a b", "a:", "a\r\nb", "\u00E4", "(a)", "a\0"})
	void aNameThatIsNoTokenIsRefused(String name) {
		var refused = assertThrows(IllegalArgumentException.class, () -> new HttpHeaders().add(name, "1"));
		assertTrue(refused.getMessage().startsWith("headerName"), refused.getMessage());
		assertThrows(IllegalArgumentException.class, () -> new HttpHeaders().put(name, List.of("1")));
	}

	@Test
	void tabsAndTextBeyondAsciiAreAllowedInValues() {
		var headers = new HttpHeaders();
		headers.set("a", "x\ty \u00E4");
		assertEquals("x\ty \u00E4", headers.getFirst("A"));
	}

	@Test
	void missingArgumentsAreNamed() {
		var headers = new HttpHeaders();
		assertNames("headerName", () -> headers.add(null, "1"));
		assertNames("headerValue", () -> headers.add("a", null));
		assertNames("headerName", () -> headers.getFirst(null));
		assertNames("headerValues", () -> headers.put("a", null));
		assertNames("headers", () -> new HttpHeaders(null));
		assertNames("headers", () -> HttpHeaders.readOnlyHttpHeaders(null));
	}

	@Test
	void readOnlyHeadersAreACopyThatCannotBeChanged() {
		var source = new HttpHeaders();
		source.add("a", "1");
		HttpHeaders copy = HttpHeaders.readOnlyHttpHeaders(source);
		source.add("a", "2");

		assertEquals(List.of("1"), copy.get("a"));
		assertThrows(UnsupportedOperationException.class, () -> copy.add("b", "1"));
		assertThrows(UnsupportedOperationException.class, () -> copy.set("a", "1"));
		assertThrows(UnsupportedOperationException.class, () -> copy.remove("a"));
		assertThrows(UnsupportedOperationException.class, copy::clear);
		assertThrows(UnsupportedOperationException.class, () -> copy.get("a").add("3"));
		assertThrows(UnsupportedOperationException.class, () -> copy.keySet().clear());
		assertThrows(UnsupportedOperationException.class, () -> copy.entrySet().clear());
		assertThrows(UnsupportedOperationException.class, () -> HttpHeaders.EMPTY.add("a", "1"));
		assertSame(copy, HttpHeaders.readOnlyHttpHeaders(copy));
		var changeable = new HttpHeaders(copy);
		changeable.add("b", "2");
		assertEquals(2, changeable.size());
	}

	@Test
	void equalityIgnoresTheCaseAndOrderOfNames() {
		var one = new HttpHeaders(Map.of("A", List.of("1")));
		one.add("b", "2");
		var other = new HttpHeaders(Map.of("B", List.of("2")));
		other.add("a", "1");
		assertEquals(one, other);
		assertEquals(one.hashCode(), other.hashCode());
		other.add("a", "3");
		assertNotEquals(one, other);
	}

	@ParameterizedTest
	@CsvSource({"example.org, example.org, 0", "example.org:8080, example.org, 8080", "[::1]:9, [::1], 9",
			"[::1], [::1], 0",
			"a:, a, 0"})
	void hostGivesAnUnresolvedAddress(String value, String host, int port) {
		var headers = new HttpHeaders();
		headers.set("Host", value);
		assertEquals(InetSocketAddress.createUnresolved(host, port), headers.getHost());
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "a:b", "a:65536", "a:-1", "::1"})
	void aHostThatCannotBeReadIsNull(String value) {
		var headers = new HttpHeaders();
		headers.set("Host", value);
		assertNull(headers.getHost());
	}

	@Test
	void theHandshakesOwnHeadersAreReadAsLists() {
		var headers = new HttpHeaders();
		headers.add("sec-websocket-protocol", "a , b,,");
		headers.add("Sec-WebSocket-Protocol", "c");
		headers.add("Sec-WebSocket-Extensions", "x;y=1");
		headers.add("Sec-WebSocket-Extensions", "z");
		headers.add("Connection", "keep-alive, Upgrade");
		headers.add("Upgrade", "websocket");
		headers.add("Origin", "https://example.org");
		assertEquals(List.of("a", "b", "c"), headers.getSecWebSocketProtocol());
		assertEquals("[x;y=1, z]", headers.getSecWebSocketExtensions().toString());
		assertEquals(List.of("keep-alive", "Upgrade"), headers.getConnection());
		assertEquals("websocket", headers.getUpgrade());
		assertEquals("https://example.org", headers.getOrigin());
	}

	@Test
	void contentLengthIsMinusOneUnlessItIsANumber() {
		var headers = new HttpHeaders();
		assertEquals(-1, headers.getContentLength());
		headers.set("Content-Length", "12");
		assertEquals(12, headers.getContentLength());
		headers.set("Content-Length", "-5");
		assertEquals(-1, headers.getContentLength());
	}

	@Test
	void webSocketHeadersAddTheirSettersToACopy() {
		var headers = new WebSocketHttpHeaders(new HttpHeaders(Map.of("a", List.of("1"))));
		headers.setSecWebSocketProtocol(List.of("x", "y"));
		headers.setSecWebSocketExtensions(List.of(new WebSocketExtension("e", Map.of("p", ""))));
		headers.setLocation(URI.create("http://h/\u00E4"));
		assertEquals(List.of("x", "y"), headers.getSecWebSocketProtocol());
		assertEquals("e;p", headers.getFirst(WebSocketHttpHeaders.SEC_WEBSOCKET_EXTENSIONS));
		assertEquals("http://h/%C3%A4", headers.getFirst(HttpHeaders.LOCATION));
		assertEquals("1", headers.getFirst("A"));
	}

	private static void assertNames(String parameter, Runnable call) {
		assertEquals(parameter, assertThrows(NullPointerException.class, call::run).getMessage());
	}
}
