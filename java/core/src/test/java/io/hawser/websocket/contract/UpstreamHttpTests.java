package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hawser.websocket.ClientCertificates;
import io.hawser.websocket.ClientConnection;
import io.hawser.websocket.HttpResponse;
import io.hawser.websocket.TlsSettings;
import io.hawser.websocket.Upstream;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketEngineBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plain requests pass through the engine to the JDK's own HTTP server. */
class UpstreamHttpTests {
	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final BlockingQueue<Optional<ClientConnection>> clients = new LinkedBlockingQueue<>();
	private HttpServer server;
	private WebSocketEngine engine;
	/** Which the server asks. */
	private volatile WebSocketEngine asked;

	@BeforeEach
	void start() throws IOException {
		server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", this::echo);
		server.start();
		engine = WebSocketEngine.builder().loops(2).upstream(Upstream.loopback(server.getAddress().getPort())).start();
		asked = engine;
	}

	private void echo(HttpExchange exchange) throws IOException {
		try (exchange) {
			clients.add(asked.upstreamConnections().findClient(exchange.getRemoteAddress().getPort()));
			byte[] body = exchange.getRequestBody().readAllBytes();
			exchange.getResponseHeaders().add("X-Path", exchange.getRequestURI().toString());
			exchange.getResponseHeaders().add("X-Host", exchange.getRequestHeaders().getFirst("Host"));
			exchange.sendResponseHeaders(200, 0);
			exchange.getResponseBody().write(body);
		}
	}

	@AfterEach
	void end() {
		assertTrue(engine.stop(Duration.ofSeconds(20)), "the engine ends in time");
		assertEquals(0, engine.counters().panics());
		assertEquals(0, engine.counters().connectionsOpen());
		server.stop(0);
	}

	private URI uri(String path) {
		return URI.create(engine.address()).resolve(path);
	}

	@Test
	void aBodyOfAnySizePassesBothWays() throws Exception {
		for (int size : new int[] {0, 1, 100_000, 5_000_000}) {
			byte[] body = new byte[size];
			new Random(size).nextBytes(body);
			var request = HttpRequest.newBuilder(uri("/a%20b;x?q=//")).POST(BodyPublishers.ofByteArray(body)).build();
			var response = CLIENT.send(request, BodyHandlers.ofByteArray());
			assertEquals(200, response.statusCode());
			assertArrayEquals(body, response.body());
			assertEquals("/a%20b;x?q=//", response.headers().firstValue("X-Path").orElseThrow());
			assertEquals("127.0.0.1:" + engine.port(), response.headers().firstValue("X-Host").orElseThrow());
		}
		assertEquals(0, engine.counters().upstreamFailed());
	}

	@Test
	void theUpstreamMayLearnWhoAsks() throws Exception {
		try (RawClient client = RawClient.open(engine.port())) {
			assertEquals(200, client.request("GET /").status());
			ClientConnection found = Await.next("a request", clients).orElseThrow();
			assertEquals(client.localPort(), found.remoteAddress().getPort());
			assertEquals(engine.port(), found.localAddress().getPort());
			assertFalse(found.isSecure());
			assertTrue(found.clientCertificates().isEmpty());
		}
		assertTrue(engine.upstreamConnections().findClient(-1).isEmpty());
		assertTrue(engine.upstreamConnections().findClient(server.getAddress().getPort()).isEmpty());
	}

	@Test
	void overTlsItLearnsTheCertificateOfTheClient() throws Exception {
		TestCertificates certificates = TestCertificates.get();
		TlsSettings tls = TlsSettings.ofPem(certificates.chain("localhost"), certificates.key())
				.withClientCertificates(ClientCertificates.OPTIONAL, certificates.chain("ca"));
		try (WebSocketEngine secure = WebSocketEngine.builder().loops(1).tls(tls)
				.upstream(Upstream.loopback(server.getAddress().getPort())).start()) {
			asked = secure;
			try (RawClient client = RawClient.openTls(certificates.client("ada"), null, secure.port())) {
				assertEquals(200, client.request("GET /").status());
				ClientConnection found = Await.next("a request", clients).orElseThrow();
				assertTrue(found.isSecure());
				assertEquals(client.localPort(), found.remoteAddress().getPort());
				assertEquals(List.of(certificates.certificate("ada")), found.clientCertificates());
			}
		}
	}

	@Test
	void anUpstreamThatIsNotThereIsABadGateway() throws Exception {
		server.stop(0);
		try (RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.request("GET /");
			assertEquals(502, reply.status());
			assertEquals("the server behind this one cannot be reached\n", reply.body());
		}
		assertEquals(1, engine.counters().upstreamFailed());
	}

	@Test
	void anUpstreamIsOnThisMachineAndTheOnlyHttpServer() {
		assertThrows(IllegalArgumentException.class, () -> Upstream.loopback(0));
		assertThrows(IllegalArgumentException.class, () -> Upstream.at(new InetSocketAddress("192.0.2.1", 80)));
		assertThrows(IllegalArgumentException.class, () -> Upstream.at(InetSocketAddress.createUnresolved("localhost", 80)));
		assertEquals("Upstream[[0:0:0:0:0:0:0:1]:80]", Upstream.at(new InetSocketAddress("::1", 80)).toString());
		Upstream upstream = Upstream.loopback(80);
		assertThrows(IllegalArgumentException.class, () -> upstream.maxIdleConnections(-1));
		assertThrows(IllegalArgumentException.class, () -> upstream.connectTimeout(Duration.ZERO));
		assertThrows(IllegalArgumentException.class, () -> upstream.answerTimeout(Duration.ofHours(2)));
		WebSocketEngineBuilder both = WebSocketEngine.builder().upstream(upstream)
				.httpHandler((request) -> HttpResponse.text("no"));
		String text = assertThrows(IllegalStateException.class, both::start).getMessage();
		assertTrue(text.contains("httpHandler") && text.contains("upstream"), text);
	}

	@Test
	void withoutAnUpstreamThereIsNobodyToAsk() throws Exception {
		try (TestEngine alone = TestEngine.start(new RecordingHandler())) {
			String text = assertThrows(IllegalStateException.class, alone.engine()::upstreamConnections).getMessage();
			assertTrue(text.contains("upstream(...)"), text);
		}
	}
}
