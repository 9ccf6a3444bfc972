package io.hawser.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

class JsonTests {

	@Test
	void objectIsReadWithItsStringsAndLists() {
		assertEquals(Map.of("a", "x", "b", List.of("y", "z"), "c", List.of()),
				Json.read(" { \"a\" : \"x\" ,\t\"b\":[ \"y\" , \"z\" ],\r\n\"c\":[ ] } "));
		assertEquals(Map.of(), Json.read("{}"));
	}

	@Test
	void allEscapesAreRead() {
		assertEquals(Map.of("a", "\"\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000"),
				Json.read("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\\ud83d\\uDe00\\u0000\"}"));
	}

	@Test
	void whatIsWrittenIsReadBack() {
		String text = "quote \" backslash \\ slash / line\n tab\t NUL \u0000 delete \u007f separator \u2028 emoji \ud83d\ude00";

		assertEquals(Map.of("text", text), Json.read(Json.write(Json.object("text", text))));
	}

	@Test
	void objectsListsNumbersAndLiteralsAreWrittenInOrder() {
		assertEquals("{\"b\":1,\"a\":[true,null,{}],\"c\":\"\\u000a\",\"d\":[]}",
				Json.write(Json.object("b", 1L, "a", Arrays.asList(true, null, Map.of()), "c", "\n", "d", List.of())));
	}

	@Test
	void whatIsNoObjectOfStringsIsRefused() {
		for (String malformed : List.of("", " ", "[]", "\"a\"", "null", "{", "}", "{a:\"b\"}", "{\"a\"}", "{\"a\":}", "{\"a\":\"b\"",
				"{\"a\":\"b\",}", "{,}", "{\"a\":\"b\" \"c\":\"d\"}", "{\"a\":[\"b\",]}", "{\"a\":[\"b\"}", "{\"a\":[,]}", "{\"a\":1}",
				"{\"a\":null}", "{\"a\":{}}", "{\"a\":[[]]}", "{\"a\":\"b\"}x", "{\"a\":\"b\"}\uffff", "{\"a\":\"b\"}{}", "{\"a\":\"b",
				"{\"a\":\"\\", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\n\"}", "{\"a\":\"\u0000\"}",
				"{'a':'b'}", "\ufeff{}", "{\"a\":\"b\",\"a\":\"c\"}")) {
			assertThrows(IllegalArgumentException.class, () -> Json.read(malformed), malformed);
		}
	}

	@Test
	void halfOfASurrogatePairIsRefused() {
		for (String half : List.of("\\ud83d", "\\ude00", "\\ude00\\ud83d", "\\ud83dx")) {
			assertThrows(IllegalArgumentException.class, () -> Json.read("{\"a\":\"" + half + "\"}"), half);
		}
	}

	@Test
	void everyCutOfAnObjectIsRefused() {
		String whole = "{\"a\":\"\\u00e9\\n\",\"b\":[\"c\",\"d\"]}";
		for (int length = 0; length < whole.length(); length++) {
			String cut = whole.substring(0, length);
			assertThrows(IllegalArgumentException.class, () -> Json.read(cut), cut);
		}
	}

	@Test
	void errorSaysWhatWasExpectedAndWhere() {
		IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> Json.read("{\"a\" \"b\"}"));

		assertEquals("expected ':' at character 5", error.getMessage());
	}

}
