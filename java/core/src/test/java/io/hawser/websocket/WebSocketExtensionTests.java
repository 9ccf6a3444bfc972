package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketExtensionTests {
	@Test
	void severalExtensionsKeepTheirOrderAndParameters() {
		List<WebSocketExtension> parsed = WebSocketExtension.parseExtensions(
				"permessage-deflate; client_max_window_bits; server_max_window_bits=10 , \tx-foo;a=\"b\"");
		assertEquals(2, parsed.size());
		assertEquals("permessage-deflate", parsed.get(0).getName());
		assertEquals(List.of("client_max_window_bits", "server_max_window_bits"),
				List.copyOf(parsed.get(0).getParameters().keySet()));
		assertEquals("", parsed.get(0).getParameters().get("client_max_window_bits"));
		assertEquals("10", parsed.get(0).getParameters().get("server_max_window_bits"));
		assertEquals(new WebSocketExtension("x-foo", Map.of("a", "b")), parsed.get(1));
	}

	@Test
	void toStringIsTheHeaderFormThatParsesToTheSame() {
		String text = "permessage-deflate;client_max_window_bits;server_max_window_bits=10";
		WebSocketExtension parsed = WebSocketExtension.parseExtensions(text).get(0);
		assertEquals(text, parsed.toString());
		assertEquals(List.of(parsed), WebSocketExtension.parseExtensions(parsed.toString()));
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = {"", " ", "\t", ",", " , ,"})
	void nothingGivesAnEmptyList(String text) {
		assertEquals(List.of(), WebSocketExtension.parseExtensions(text));
	}

	@ParameterizedTest
	@ValueSource(strings = {";", "a;", "a;;b", "a;=1", "a;b=", "a;b=\"", "a;b=\"\"", "a;b=\"c", "a;b=\"c d\"", "a b",
			"a=b",
			"a;b=\"c\"d", "a;b=1;b=2", "a/b", "a;b=c=d", "a\r\nb", "\u00E4", "a;b=\"c,d\""})
	void whatBreaksTheGrammarIsRefused(String text) {
		assertThrows(IllegalArgumentException.class, () -> WebSocketExtension.parseExtensions(text));
	}

	@Test
	void aQuotedValueMayHaveEscapes() {
		assertEquals("bc", WebSocketExtension.parseExtensions("a; x = \"b\\c\" ; y").get(0).getParameters().get("x"));
	}

	@Test
	void a64KilobyteListIsReadInLinearTime() {
		String many = "a;b=1,".repeat(11_000);
		String open = "a;b=\"" + "\\\\".repeat(32_000);
		assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
			for (int i = 0; i < 100; i++) {
				assertEquals(11_000, WebSocketExtension.parseExtensions(many).size());
				assertThrows(IllegalArgumentException.class, () -> WebSocketExtension.parseExtensions(open));
			}
		});
	}

	@Test
	void namesAndParametersMustBeTokens() {
		assertEquals("name", assertThrows(NullPointerException.class, () -> new WebSocketExtension(null)).getMessage());
		var refused = assertThrows(IllegalArgumentException.class, () -> new WebSocketExtension("a b"));
		assertTrue(refused.getMessage().startsWith("name 'a b'"), refused.getMessage());
		assertThrows(IllegalArgumentException.class, () -> new WebSocketExtension("a", Map.of("b", "c\r\nd")));
		assertEquals(Map.of(), new WebSocketExtension("a").getParameters());
	}
}
