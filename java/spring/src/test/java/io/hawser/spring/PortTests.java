package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;

class PortTests {
	@Test
	void theApplicationKnowsThePublicPortOnly() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class)) {
			assertEquals(server.engine().port(), server.port());
			assertEquals("127.0.0.1 http 127.0.0.1 " + server.port() + " false null", server.get("/client").body());
		}
	}

	@Test
	void aPortInUseGetsTheAnalysisOfSpringBoot() throws Exception {
		try (ServerSocket taken = new ServerSocket(0)) {
			FailureAnalysis analysis = RecordedFailure.of(
					() -> TestServer.start(EchoApplication.class, "server.port=" + taken.getLocalPort()).close());
			assertTrue(analysis.getDescription().contains("Port " + taken.getLocalPort() + " was already in use"),
					analysis.getDescription());
		}
	}

	@Test
	void anAddressIsListenedOnAlone() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, "server.address=127.0.0.1")) {
			try (ServerSocket other = new ServerSocket(server.port(), 1, InetAddress.getByName("127.0.0.2"))) {
				assertEquals(server.port(), other.getLocalPort());
			}
		}
	}

	@Test
	void withoutAnAddressBothFamiliesAreServed() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class); TestClient client = server.connect("/echo")) {
			assertEquals("x", client.sendText("x").nextText());
		}
	}

	@Test
	void aContextPathIsPartOfTheHandlersPath() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, "server.servlet.context-path=/app");
				TestClient client = server.connect("/app/echo")) {
			assertEquals("ws://127.0.0.1:" + server.port() + "/app/echo", client.sendText("?uri").nextText());
			assertEquals("HawserSession", client.sendText("?class").nextText());
		}
	}

	@Test
	void aSidePortServesBesideTheServers() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, "hawser.port=0")) {
			int side = server.engine().port();
			assertNotEquals(side, server.port());
			assertTrue(server.get("/client").body().startsWith("127.0.0.1 http 127.0.0.1 " + server.port()));
			try (TestClient client = TestClient.connect(side, "/echo")) {
				assertEquals("HawserSession", client.sendText("?class").nextText());
				assertEquals("ws://127.0.0.1:" + side + "/echo", client.sendText("?uri").nextText());
			}
			try (TestClient client = server.connect("/echo")) {
				assertNotEquals("HawserSession", client.sendText("?class").nextText());
			}
		}
	}
}
