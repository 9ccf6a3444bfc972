package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RequestTargetTests {
	private static String uri(String host, String target) {
		return RequestTarget.uri("ws", host, target).toString();
	}

	@Test
	void aPathStaysAsItIs() {
		assertEquals("ws://h/a/../b;c=%41?q=://x", uri("h", "/a/../b;c=%41?q=://x"));
	}

	@Test
	void anAbsoluteTargetOverridesTheHost() {
		assertEquals("ws://other:1/p?q", uri("h", "http://other:1/p?q"));
		assertEquals("ws://other/", uri("h", "http://other"));
		assertEquals("ws://other/?q", uri("h", "http://other?q"));
	}

	@Test
	void whatAUriMayNotContainIsPercentEncoded() {
		assertEquals("ws://h/a%7Cb?c=%5E%E9", uri("h", "/a|b?c=^\u00e9"));
		assertEquals("ws://h/100%25?x=%7B%41", uri("h", "/100%?x={%41"));
	}

	@Test
	void anIpv6HostKeepsItsBrackets() {
		assertEquals("ws://[::1]:80/%7C", uri("[::1]:80", "/|"));
	}

	@Test
	void aHostThatIsNoneStillGivesAUri() {
		assertEquals("ws://%5Bx%3C/", uri("[x<", "/"));
	}
}
