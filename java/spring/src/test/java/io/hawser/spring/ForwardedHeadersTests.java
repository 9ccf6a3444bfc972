package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What an application sees of a client behind a proxy must be what it sees without Hawser. */
class ForwardedHeadersTests {
	private static final String[] FORWARDED = {"X-Forwarded-For", "203.0.113.7", "X-Forwarded-Proto", "https",
			"X-Forwarded-Host", "chat.example.org"};

	@Test
	void nativelyTheProxyIsBelieved() throws Exception {
		check("native", "203.0.113.7 https chat.example.org 443 true null", "wss://chat.example.org/echo", "203.0.113.7");
	}

	@Test
	void byTheFrameworkTheProxyIsBelieved() throws Exception {
		check("framework", "203.0.113.7 https chat.example.org 443 true null", "wss://chat.example.org/echo", "203.0.113.7");
	}

	@Test
	void withoutAStrategyHeadersHaveNoEffect() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, "server.forward-headers-strategy=none")) {
			assertEquals("127.0.0.1 http 127.0.0.1 " + server.port() + " false null", server.get("/client", FORWARDED).body());
			try (TestClient client = server.connect("/echo", FORWARDED)) {
				assertEquals("ws://127.0.0.1:" + server.port() + "/echo", client.sendText("?uri").nextText());
				assertEquals("127.0.0.1", client.sendText("?remote").nextText());
			}
		}
	}

	private static void check(String strategy, String client, String uri, String remote) throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, "server.forward-headers-strategy=" + strategy,
				"server.tomcat.remoteip.host-header=X-Forwarded-Host")) {
			assertEquals(client, server.get("/client", FORWARDED).body());
			try (TestClient socket = server.connect("/echo", FORWARDED)) {
				assertEquals(uri, socket.sendText("?uri").nextText());
				assertEquals(remote, socket.sendText("?remote").nextText());
			}
		}
	}
}
