package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InternalHeadersTests {
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
	void onAnUpgradeTheyHaveNoEffect() throws Exception {
		try (RawHandshake handshake = RawHandshake.send(server.port(), "/echo", "X-Hawser-Connection: 1.00",
				"x-hawser-connection: 2.00", "X-Hawser-Accepted: 1")) {
			assertEquals(101, handshake.status());
		}
	}

	@Test
	void onAPlainRequestTheApplicationDoesNotSeeThem() throws Exception {
		String seen = server.get("/client", "X-Hawser-Connection", "1.00").body();
		assertEquals("127.0.0.1 http 127.0.0.1 " + server.port() + " false null", seen);
	}

	@Test
	void onAPlainRequestTheyUpgradeNothing() throws Exception {
		assertTrue(server.get("/echo", "X-Hawser-Connection", "1.00").statusCode() >= 400);
	}
}
