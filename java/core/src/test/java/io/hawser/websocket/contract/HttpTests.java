package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.HttpHandler;
import io.hawser.websocket.HttpRequest;
import io.hawser.websocket.HttpResponse;
import io.hawser.websocket.StaticResources;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plain HTTP on the port of the sessions. */
class HttpTests {
	private final RecordingHandler handler = new RecordingHandler();

	private TestEngine start(HttpHandler http) throws IOException {
		return start(HandlerMode.WORKERS, http);
	}

	private TestEngine start(HandlerMode mode, HttpHandler http) throws IOException {
		return TestEngine.start(handler, (settings) -> settings.builder().loops(1).mode(mode).httpHandler(http));
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void getPostAndHeadAreServedOnOneKeptAliveConnectionThatThenBecomesASession(HandlerMode mode) throws Exception {
		HttpHandler echo = (request) -> HttpResponse.text(request.getMethod() + " " + request.getPath() + " "
				+ request.getQuery() + " " + request.bodyAsString()).withHeader("X-Port", "" + request.getRemoteAddress().getPort());
		try (TestEngine engine = start(mode, echo); RawClient client = RawClient.open(engine.port())) {
			HttpReply get = client.request("GET /a/b?c=d");
			assertEquals("GET /a/b c=d ", get.body());
			assertEquals("" + client.localPort(), get.header("X-Port"));
			assertNotNull(get.header("Date"));
			client.sendBytes("POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nn\u00f6t".getBytes(StandardCharsets.UTF_8));
			client.sendBytes("!".getBytes(StandardCharsets.UTF_8));
			assertEquals("POST /form null n\u00f6t!", client.readReply().body());
			HttpReply head = client.request("HEAD /page");
			assertEquals("" + "HEAD /page null ".length(), head.header("Content-Length"));
			assertEquals("GET /again null ", client.request("GET /again").body());
			assertEquals(101, client.upgrade(TestEngine.PATH).status());
			client.sendText("now a session");

			handler.awaitCall("text:now a session");
			assertEquals(1, engine.counters().connectionsAccepted());
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void anInterruptEndsWithTheRequestItMeant(HandlerMode mode) throws Exception {
		HttpHandler interrupted = (request) -> {
			boolean before = Thread.currentThread().isInterrupted();
			Thread.currentThread().interrupt();
			return HttpResponse.text("interrupted before: " + before);
		};
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder().loops(1).workers(1).mode(mode)
				.httpHandler(interrupted)); RawClient client = RawClient.open(engine.port())) {
			assertEquals("interrupted before: false", client.request("GET /").body());
			assertEquals("interrupted before: false", client.request("GET /").body());
		}
	}

	@Test
	void theRequestIsGivenAsItCame() throws Exception {
		HttpRequest[] seen = new HttpRequest[1];
		try (TestEngine engine = start((request) -> {
			seen[0] = request;
			return HttpResponse.of(204);
		}); RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.request("DELETE /x%20y?q=1", "X-A: 1", "x-a: 2");

			assertEquals(204, reply.status());
			assertEquals("DELETE", seen[0].getMethod().toString());
			assertEquals(URI.create("http://localhost:" + engine.port() + "/x%20y?q=1"), seen[0].getURI());
			assertEquals(List.of("1", "2"), seen[0].getHeaders().get("X-A"));
			assertEquals(0, seen[0].getBody().length);
		}
	}

	@Test
	void theJdksClientGetsStatusHeadersAndBinaryBody() throws Exception {
		byte[] body = new byte[300_000];
		new Random(1).nextBytes(body);
		try (TestEngine engine = start((request) -> HttpResponse.of(201, "application/octet-stream", body)
				.withAddedHeader("X-Many", "1").withAddedHeader("X-Many", "2"))) {
			var reply = HttpClient.newHttpClient().send(java.net.http.HttpRequest.newBuilder(
					URI.create(engine.engine().address())).build(), BodyHandlers.ofByteArray());

			assertEquals(201, reply.statusCode());
			assertArrayEquals(body, reply.body());
			assertEquals(List.of("1", "2"), reply.headers().allValues("X-Many"));
			assertEquals("application/octet-stream", reply.headers().firstValue("Content-Type").orElse(""));
		}
	}

	@Test
	void filesOfTheClassPathHaveTheirTypeAndLength(@TempDir Path directory) throws Exception {
		Files.writeString(Files.createDirectory(directory.resolve("web")).resolve("page.html"), "<h1>h\u00e9llo</h1>");
		try (URLClassLoader loader = new URLClassLoader(new URL[] { directory.toUri().toURL() });
				TestEngine engine = start(new StaticResources("/web", loader));
				RawClient client = RawClient.open(engine.port())) {
			HttpReply page = client.request("GET /page.html");

			assertEquals(200, page.status());
			assertEquals("text/html; charset=utf-8", page.header("Content-Type"));
			assertEquals("<h1>h\u00e9llo</h1>", page.body());
			assertEquals("15", page.header("Content-Length"));
			assertEquals("15", client.request("HEAD /page.html").header("Content-Length"));
			assertEquals(304, client.request("GET /page.html", "If-None-Match: " + page.header("ETag")).status());
			assertEquals(404, client.request("GET /other.html").status());
			assertEquals(404, client.request("GET /../secret").status());
			assertEquals(405, client.request("DELETE /page.html").status());
		}
	}

	@Test
	void withoutAnHttpHandlerThereIsNothing() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.request("GET /page");

			assertEquals(404, reply.status());
			assertTrue(reply.body().contains("/page"), reply.body());
			assertEquals(404, client.request("GET /").status(), "the connection is kept");
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void anythingThrownIsA500WithoutItsTextAndTheConnectionIsKept(HandlerMode mode) throws Exception {
		try (TestEngine engine = start(mode, (request) -> switch (request.getPath()) {
			case "/exception" -> throw new IOException("secret " + request.getRemoteAddress());
			case "/error" -> throw new StackOverflowError("secret");
			case "/null" -> null;
			default -> HttpResponse.text("fine");
		}); RawClient client = RawClient.open(engine.port())) {
			for (String path : List.of("/exception", "/error", "/null")) {
				HttpReply reply = client.request("GET " + path);
				assertEquals(500, reply.status());
				assertFalse(reply.body().contains("secret"));
				assertEquals("fine", client.request("GET /").body());
			}
			TestLog.awaitLine("SEVERE", "GET /exception", "secret /127.0.0.1:" + client.localPort());
		}
	}
}
