package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Handshakes that are refused: each a proper HTTP answer that says why, and no callback. */
class RefusalTests {
	private static final String ORIGIN = "https://app.example.org";

	private final RecordingHandler handler = new RecordingHandler();

	static Stream<Arguments> badRequests() {
		return Stream.of(
				Arguments.of(405, "POST", RawClient.UPGRADE + "Content-Length: 0\r\n", "POST"),
				Arguments.of(400, "GET", RawClient.UPGRADE.replaceFirst("Upgrade: websocket\r\n", ""), "Upgrade"),
				Arguments.of(400, "GET", RawClient.UPGRADE.replaceFirst("Connection: Upgrade\r\n", ""), "Connection"),
				Arguments.of(400, "GET", RawClient.UPGRADE.replaceFirst("Sec-WebSocket-Key.*\r\n", ""), "Sec-WebSocket-Key"),
				Arguments.of(400, "GET", RawClient.UPGRADE.replaceFirst("dGhl", ""), "Sec-WebSocket-Key"),
				Arguments.of(400, "GET", RawClient.UPGRADE + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "Sec-WebSocket-Key"),
				Arguments.of(426, "GET", RawClient.UPGRADE.replaceFirst("Version: 13", "Version: 8"), "13"),
				Arguments.of(426, "GET", RawClient.UPGRADE.replaceFirst("Sec-WebSocket-Version: 13\r\n", ""), "13"),
				Arguments.of(400, "GET", RawClient.UPGRADE + "Content-Length: 5\r\n", "body"),
				Arguments.of(400, "GET", RawClient.UPGRADE + "Bad Header: x\r\n", "header"),
				Arguments.of(431, "GET", RawClient.UPGRADE + "X: y\r\n".repeat(100), "100"),
				Arguments.of(431, "GET", RawClient.UPGRADE + "X: " + "y".repeat(17_000) + "\r\n", "16384"));
	}

	@ParameterizedTest(name = "{0} for {1} and {3}")
	@MethodSource("badRequests")
	void theAnswerSaysWhatIsWrong(int status, String method, String headers, String named) throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.open(engine.port())) {
			client.sendBytes((method + " /test HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			HttpReply reply = client.readReply();

			assertEquals(status, reply.status(), reply.body());
			assertTrue(reply.body().contains(named), reply.body());
			assertTrue(reply.header("Content-Type").startsWith("text/plain"), reply.toString());
			if (status == 426) {
				assertEquals("13", reply.header("Sec-WebSocket-Version"));
			}
			client.drain();
		}
		assertEquals(List.of(), handler.calls());
	}

	@Test
	void anUnknownPathIs404AndNamed() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.upgrade("/nowhere");

			assertEquals(404, reply.status());
			assertTrue(reply.body().contains("/nowhere"), reply.body());
		}
	}

	@Test
	void aPlainRequestForAWebSocketPathIs426() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.request("GET /test");

			assertEquals(426, reply.status());
			assertEquals("13", reply.header("Sec-WebSocket-Version"));
			assertEquals("websocket", reply.header("Upgrade"));
			assertTrue(reply.body().contains("/test"), reply.body());
			assertEquals(404, client.request("GET /other").status(), "on the same connection");
		}
	}

	@Test
	void anotherOriginIs403AndTheLogHasBothValues() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setAllowedOrigins(ORIGIN));
				RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.upgrade(TestEngine.PATH + "?" + engine.port(), "Origin: https://evil.example");

			assertEquals(403, reply.status());
			assertTrue(reply.body().contains("Origin"), reply.body());
			TestLog.awaitLine("WARNING", "https://evil.example", ORIGIN, "/test?" + engine.port());
			assertEquals(1, engine.counters().handshakesRefused());
		}
		assertEquals(List.of(), handler.calls());
	}

	@Test
	void theSameOriginAndNoOriginAndAllowedOnesPass() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setAllowedOrigins(ORIGIN)
				.setAllowedOriginPatterns("https://*.team.example"))) {
			String own = "http://localhost:" + engine.port();
			for (String passes : List.of(own, own.toUpperCase(Locale.ROOT), ORIGIN, ORIGIN + ":443",
					"https://a.team.example")) {
				assertOrigin(101, engine, passes);
			}
			for (String refused : List.of("https://localhost:" + engine.port(), "http://localhost", "http://app.example.org",
					ORIGIN + ":444", "https://team.example", "https://a.team.example.evil", "null", "*")) {
				assertOrigin(403, engine, refused);
			}
			RawClient.connect(engine).close();
		}
	}

	@Test
	void theStarMustBeWrittenToBeHad() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setAllowedOrigins("*"))) {
			assertOrigin(101, engine, "https://anything.example");
			assertOrigin(101, engine, "null");
		}
	}

	@Test
	void anOriginCannotForgeALogLine() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.open(engine.port())) {
			String marker = "marker" + engine.port();
			assertEquals(403, client.upgrade(TestEngine.PATH, "Origin: http://x\tSEVERE\u0085" + marker).status());

			String line = TestLog.awaitLine(marker);
			assertFalse(line.contains("\t") || line.contains("\u0085"), line);
		}
	}

	@Test
	void oneConnectionOverTheLimitIs503AndTheNextOneInTimePasses() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder().maxConnections(1))) {
			try (RawClient client = RawClient.connect(engine); RawClient second = RawClient.open(engine.port())) {
				HttpReply reply = second.upgrade(TestEngine.PATH);
				assertEquals(503, reply.status());
				assertTrue(reply.body().contains("limit of 1 connection"), reply.body());
				assertEquals(1, engine.counters().refusedOverLimit());
				client.send(Frame.close(1000, ""));
				client.drain();
			}
			Await.until("both are gone", () -> engine.counters().connectionsOpen() == 0);
			RawClient.connect(engine).close();
		}
	}

	@Test
	void aHeadThatDoesNotArriveInTimeIs408() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder()
				.handshakeTimeout(Duration.ofMillis(100))); RawClient client = RawClient.open(engine.port())) {
			client.sendBytes("GET /test HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII));

			assertEquals(408, client.readReply().status());
			client.readEnd();
		}
	}

	private static void assertOrigin(int status, TestEngine engine, String origin) throws Exception {
		try (RawClient client = RawClient.open(engine.port())) {
			assertEquals(status, client.upgrade(TestEngine.PATH, "Origin: " + origin).status(), origin);
		}
	}
}
