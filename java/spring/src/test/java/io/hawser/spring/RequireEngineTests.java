package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Requests to the server behind the engine that did not come through it. */
class RequireEngineTests {
	@Test
	void areServedByDefault() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class)) {
			assertEquals(200, status(server));
		}
	}

	@Test
	void areForbiddenWhereTheEngineIsRequired() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, "hawser.require-engine=true")) {
			assertEquals(403, status(server));
			assertEquals(200, server.get("/client").statusCode());
			try (TestClient client = server.connect("/echo")) {
				assertEquals("HawserSession", client.sendText("?class").nextText());
			}
		}
	}

	private static int status(TestServer server) throws Exception {
		URI uri = URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.portBehind() + "/client");
		return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
				.statusCode();
	}
}
