package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** The actuator on a port of its own is none of the engine's business. */
class ManagementPortTests {
	@Test
	void isServedByTheServerItself() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, "management.server.port=0",
				"management.endpoints.web.exposure.include=health", "hawser.require-engine=true")) {
			int management = Integer.parseInt(server.context().getEnvironment().getRequiredProperty("local.management.port"));
			long accepted = server.engine().counters().connectionsAccepted();
			assertNotEquals(server.engine().port(), management);
			assertEquals(200, health(management));
			try (RawHandshake handshake = RawHandshake.send(management, "/echo")) {
				assertEquals(404, handshake.status());
			}
			assertEquals(accepted, server.engine().counters().connectionsAccepted());
		}
	}

	@Test
	void isNotThePublicOne() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, "management.server.port=0"); TestClient client = server.connect("/echo")) {
			assertEquals("HawserSession", client.sendText("?class").nextText());
			assertEquals(404, health(server.port()));
		}
	}

	@Test
	void isTheEnginesWhereItIsThePublicOne() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class)) {
			assertEquals(200, health(server.port()));
		}
	}

	private static int health(int port) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/health")).build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
	}
}
