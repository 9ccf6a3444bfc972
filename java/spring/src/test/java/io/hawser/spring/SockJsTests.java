package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SockJsTests {
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
	void theWebSocketTransportIsServedByTheEngine() throws Exception {
		long accepted = server.engine().upstreamConnections().accepted();
		try (TestClient client = server.connect("/sockjs/000/abcdefgh/websocket")) {
			assertEquals("o", client.nextText());
			assertEquals("a[\"grüße\"]", client.sendText("[\"grüße\"]").nextText());
		}
		assertEquals(accepted + 1, server.engine().upstreamConnections().accepted());
	}

	@Test
	void theInformationIsServedByTheContainer() throws Exception {
		assertTrue(server.get("/sockjs/info").body().contains("\"websocket\":true"));
	}

	@Test
	void xhrStreamingGoesThroughTheSplice() throws Exception {
		HttpClient http = HttpClient.newHttpClient();
		URI base = URI.create("http://127.0.0.1:" + server.port() + "/sockjs/000/streaming/");
		HttpResponse<java.io.InputStream> stream = http.send(post(base.resolve("xhr_streaming"), ""),
				HttpResponse.BodyHandlers.ofInputStream());
		try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body()))) {
			assertEquals(2048, lines.readLine().length());
			assertEquals("o", lines.readLine());
			assertEquals(204, http.send(post(base.resolve("xhr_send"), "[\"x\"]"), HttpResponse.BodyHandlers.discarding()).statusCode());
			assertEquals("a[\"x\"]", lines.readLine());
		}
	}

	private static HttpRequest post(URI uri, String body) {
		return HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build();
	}
}
