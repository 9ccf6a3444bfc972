package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hawser.websocket.HttpHeaders;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResponseHeadTests {
	private final HttpHeaders headers = new HttpHeaders();

	@Test
	void eachValueIsALine() {
		headers.add("Set-Cookie", "a=1");
		headers.add("Set-Cookie", "b=2");
		headers.add("X", "y");

		assertEquals("Set-Cookie: a=1\nSet-Cookie: b=2\nX: y\n", text(ResponseHead.encode(headers)));
	}

	@Test
	void whatOnlyTheEngineKnowsIsLeftOut() {
		headers.add("content-length", "7");
		headers.add("Connection", "close");
		headers.add("Transfer-Encoding", "chunked");
		headers.add("Upgrade", "websocket");

		assertEquals("Upgrade: websocket\n", text(ResponseHead.encode(headers)));
	}

	@Test
	void anAcceptedHandshakeHasTheSubprotocolThatWasChosenAndNoOther() {
		headers.add("Sec-WebSocket-Protocol", "other");
		headers.add("sec-websocket-accept", "x");
		headers.add("Upgrade", "h2c");
		headers.add("X", "y");

		assertEquals("X: y\nSec-WebSocket-Protocol: chat\n", text(ResponseHead.encodeAccepted(headers, "chat")));
		assertEquals("X: y\n", text(ResponseHead.encodeAccepted(headers, null)));
	}

	private static String text(byte[] lines) {
		return new String(lines, StandardCharsets.UTF_8);
	}
}
