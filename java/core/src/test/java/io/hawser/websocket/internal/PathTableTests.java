package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTableTests {
	private static PathTable<String> table(String... patterns) {
		var table = new PathTable<String>();
		for (String pattern : patterns) {
			table.add(HandlerPath.parse(pattern, "paths"), pattern);
		}
		return table;
	}

	@ParameterizedTest
	@CsvSource({"/chat, /chat", "/chat?x=/y, /chat", "/chat?, /chat", "http://h/chat, /chat",
			"HTTP://h:80/chat?x, /chat",
			"wss://h/chat, /chat", "/, /", "http://h, /", "http://h?x, /", "/rooms, /rooms/**", "/rooms/, /rooms/**",
			"/rooms/1, /rooms/**", "/rooms/1/2?x, /rooms/**", "/rooms/vip, /rooms/vip", "/rooms/vip/1, /rooms/vip/**",
			"/rooms/../chat, /rooms/**", "/a%2fb, /a%2fb"})
	void theLongestMatchIsFound(String target, String pattern) {
		assertEquals(pattern,
				table("/", "/chat", "/rooms/**", "/rooms/vip/**", "/rooms/vip", "/a%2fb").find(target));
	}

	@ParameterizedTest
	@ValueSource(strings = {"/chat/", "/Chat", "//chat", "/chat//", "//h/chat", "/%63hat", "/chat;x", "/./chat",
			"/x/../chat",
			"/chatter", "/roomsx", "chat", "*", "", "?", "h:80", "ftp://h/chat", "http:/chat", "://h/chat", "/chat#x",
			"/a/b"})
	void noOtherSpellingReachesAHandler(String target) {
		assertNull(table("/chat", "/rooms/**", "/a%2fb").find(target));
	}

	@Test
	void everyPathIsBelowTheRootWithTheSuffix() {
		for (String target : new String[] {"/", "//h/x", "/a/b", "http://h", "/;x"}) {
			assertEquals("/**", table("/**").find(target));
		}
		assertNull(table("/**").find("*"));
	}

	@Test
	void theOrderOfRegistrationDoesNotMatter() {
		assertEquals("/a/b/**", table("/a/**", "/a/b/**", "/**").find("/a/b/c"));
		assertEquals("/a/b/**", table("/**", "/a/b/**", "/a/**").find("/a/b/c"));
	}

	@Test
	void aPathCanBeTakenOnlyOnce() {
		var refused = assertThrows(IllegalArgumentException.class, () -> table("/chat", "/chat"));
		assertTrue(refused.getMessage().startsWith("path '/chat' "), refused.getMessage());
		assertThrows(IllegalArgumentException.class, () -> table("/chat/**", "/chat/**"));
		assertEquals("/chat", table("/chat", "/chat/**").find("/chat"));
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "chat", "**", "/*", "/a/*/b", "/**/a", "/a**", "/{room}", "/a?b", "/a#b", "/a b",
			"/a\r\nb",
			"/\u00E4", "/a\0"})
	void whatIsNoPathIsRefusedByName(String pattern) {
		var refused = assertThrows(IllegalArgumentException.class, () -> HandlerPath.parse(pattern, "paths[0]"));
		assertTrue(refused.getMessage().startsWith("paths[0] '"), refused.getMessage());
		assertEquals("paths[0]",
				assertThrows(NullPointerException.class, () -> HandlerPath.parse(null, "paths[0]")).getMessage());
	}

	@Test
	void aPathIsShownAsItWasWritten() {
		assertEquals("/a/**", HandlerPath.parse("/a/**", "paths").toString());
		assertEquals("/**", HandlerPath.parse("/**", "paths").toString());
		assertEquals("/a", HandlerPath.parse("/a", "paths").toString());
	}
}
