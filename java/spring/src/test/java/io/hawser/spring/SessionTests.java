package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SessionTests {
	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.start(EchoApplication.class);
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void theSessionIsTheEnginesAndEchoes() throws Exception {
		long accepted = server.engine().upstreamConnections().accepted();
		try (TestClient client = server.connect("/echo")) {
			assertEquals("HawserSession", client.sendText("?class").nextText());
			assertEquals("grüße \uD83D\uDE00", client.sendText("grüße \uD83D\uDE00").nextText());
			assertArrayEquals(new byte[] {1, 2, 3}, client.sendBinary(new byte[] {1, 2, 3}).nextBinary());
		}
		assertEquals(accepted + 1, server.engine().upstreamConnections().accepted());
	}

	@Test
	void gettersAnswerAsOnTheStockServer() throws Exception {
		try (TestClient client = server.connect("/echo?a=b%20c")) {
			assertEquals("ws://127.0.0.1:" + server.port() + "/echo?a=b%20c", client.sendText("?uri").nextText());
			assertEquals("127.0.0.1", client.sendText("?remote").nextText());
			assertEquals("nobody", client.sendText("?principal").nextText());
			assertEquals("<>", client.sendText("?protocol").nextText());
			assertEquals("[]", client.sendText("?extensions").nextText());
		}
	}

	@Test
	void attributesAndCookiesOfAnInterceptorArrive() throws Exception {
		try (TestClient client = server.connect("/echo")) {
			assertEquals("hello", client.sendText("?greeting").nextText());
		}
		try (RawHandshake handshake = RawHandshake.send(server.port(), "/echo")) {
			assertEquals(101, handshake.status());
			assertEquals(List.of("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), handshake.header("Sec-WebSocket-Accept"));
			assertEquals(List.of("greeted=yes; Path=/"), handshake.header("Set-Cookie"));
			assertEquals(List.of("nosniff"), handshake.header("X-Content-Type-Options"));
			assertEquals(List.of(), handshake.header(Requests.ACCEPTED_HEADER));
			assertEquals(List.of(), handshake.header("Content-Length"));
		}
	}

	@Test
	void anInterceptorRefusesWithItsOwnStatus() throws Exception {
		try (RawHandshake handshake = RawHandshake.send(server.port(), "/echo?refuse")) {
			assertEquals(410, handshake.status());
		}
	}

	@Test
	void anotherOriginIsRefusedAndTheSameIsNot() throws Exception {
		String same = "Origin: http://127.0.0.1:" + server.port();
		try (RawHandshake handshake = RawHandshake.send(server.port(), "/same-origin", "Origin: https://elsewhere.example")) {
			assertEquals(403, handshake.status());
		}
		try (RawHandshake handshake = RawHandshake.send(server.port(), "/same-origin", same)) {
			assertEquals(101, handshake.status());
		}
	}

	@Test
	void anUnknownPathIsNotFound() throws Exception {
		try (RawHandshake handshake = RawHandshake.send(server.port(), "/nothing")) {
			assertEquals(404, handshake.status());
		}
	}

	@Test
	void aHandshakeHandlerThatWrapsAnotherIsServedByTheEngine() throws Exception {
		try (TestClient client = server.connect("/wrapped")) {
			assertEquals("HawserSession", client.sendText("?class").nextText());
			assertEquals("yes", client.sendText("?wrapped").nextText());
		}
	}

	@Test
	void castsAndTheNativeSessionAnswer() throws Exception {
		try (TestClient client = server.connect("/echo")) {
			assertEquals("/echo", client.sendText("?native").nextText());
		}
	}

	@Test
	void compressionIsAgreedTo() throws Exception {
		try (RawHandshake handshake = RawHandshake.send(server.port(), "/echo",
				"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")) {
			assertEquals(1, handshake.header("Sec-WebSocket-Extensions").size());
			String agreed = handshake.sendText("?extensions").nextText();
			assertTrue(agreed.contains("permessage-deflate"), agreed);
		}
	}

	@Test
	void pathTricksEndWhereTheContainerSays() throws Exception {
		for (String target : List.of("/echo;x=y", "//echo", "/%65cho", "/./echo", "/a/..%2fecho")) {
			try (RawHandshake handshake = RawHandshake.send(server.port(), target)) {
				assertTrue(List.of(101, 400, 404).contains(handshake.status()), () -> target + " gave " + handshake.status());
			}
		}
	}

	@Test
	void callbacksSeeTheApplicationsClassLoader() throws Exception {
		try (TestClient client = server.connect("/echo")) {
			assertEquals(server.context().getClassLoader().toString(), client.sendText("?loader").nextText());
		}
	}
}
