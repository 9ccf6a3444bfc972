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
			assertEquals(200, status(management, "health"));
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
			assertEquals(404, status(server.port(), "health"));
		}
	}

	@Test
	void isTheEnginesWhereItIsThePublicOne() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class)) {
			assertEquals(200, status(server.port(), "health"));
		}
	}

	/** Spring Boot looks for them in a web server of its own class, which the engine stands before. */
	@Test
	void theServersOwnMetricsStay() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, "management.endpoints.web.exposure.include=metrics")) {
			String metric = TestServer.isTomcat() ? "tomcat.sessions.active.current" : "jetty.threads.current";
			assertEquals(200, status(server.port(), "metrics/" + metric));
		}
	}

	private static int status(int port, String endpoint) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/actuator/" + endpoint)).build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
	}
}
