package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HttpHandler;
import io.hawser.websocket.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Connections that carry plain HTTP: several requests, bodies, a handler that takes long, the end. */
class HttpConnectionTests {
	private static TestEngine start(HttpHandler http) throws IOException {
		return TestEngine.start(new RecordingHandler(), (settings) -> settings.builder().loops(1).httpHandler(http));
	}

	@Test
	void requestsInOnePacketAreAnsweredInTheirOrder() throws Exception {
		try (TestEngine engine = start((request) -> HttpResponse.text(request.getPath()));
				RawClient client = RawClient.open(engine.port())) {
			StringBuilder all = new StringBuilder();
			for (int i = 0; i < 20; i++) {
				all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
			}
			client.sendBytes(all.toString().getBytes(StandardCharsets.US_ASCII));

			for (int i = 0; i < 20; i++) {
				assertEquals("/" + i, client.readReply().body());
			}
		}
	}

	@Test
	void aBodyOverTheLimitIs413AndOneAtTheLimitPasses() throws Exception {
		try (TestEngine engine = TestEngine.start(new RecordingHandler(), (settings) -> settings.builder().maxHttpBodyBytes(10)
				.httpHandler((request) -> HttpResponse.text("" + request.getBody().length)));
				RawClient client = RawClient.open(engine.port())) {
			client.sendBytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1234567890".getBytes());
			assertEquals("10", client.readReply().body());
			client.sendBytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n12345678901".getBytes());
			HttpReply reply = client.readReply();

			assertEquals(413, reply.status());
			assertTrue(reply.body().contains("10 bytes"), reply.body());
		}
	}

	@Test
	void aChunkedBodyArrivesWhole() throws Exception {
		try (TestEngine engine = start((request) -> HttpResponse.text(request.bodyAsString()));
				RawClient client = RawClient.open(engine.port())) {
			client.sendBytes(("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
					.getBytes());

			assertEquals("abcde", client.readReply().body());
		}
	}

	@Test
	void aHandlerThatBlocksHoldsUpNobodyElse() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		try (TestEngine engine = start((request) -> {
			if (request.getPath().equals("/block")) {
				Await.zero("the release", release);
			}
			return HttpResponse.text(request.getPath());
		}); RawClient blocked = RawClient.open(engine.port()); RawClient client = RawClient.open(engine.port())) {
			blocked.sendBytes("GET /block HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
			assertEquals("/free", client.request("GET /free").body());
			release.countDown();
			assertEquals("/block", blocked.readReply().body());
		}
	}

	@Test
	void aRequestInWorkIsAnsweredAlthoughTheEngineStops() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		try (TestEngine engine = start((request) -> {
			asked.countDown();
			Await.zero("the release", release);
			return HttpResponse.text("finished");
		}); RawClient client = RawClient.open(engine.port())) {
			client.sendBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
			Await.zero("the request", asked);
			CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(
					() -> engine.engine().stop(Duration.ofSeconds(20)));
			Await.until("the listener is gone", () -> isRefused(engine.port()));
			release.countDown();

			assertEquals("finished", client.readReply().body());
			client.readEnd();
			client.disconnect();
			assertTrue(Await.result(stopped));
		}
	}

	private static boolean isRefused(int port) {
		try {
			RawClient.open(port).close();
			return false;
		} catch (IOException refused) {
			return true;
		}
	}

	@Test
	void aClientThatWantsNoKeepAliveGetsNone() throws Exception {
		try (TestEngine engine = start((request) -> HttpResponse.text("bye"))) {
			for (String request : List.of("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n")) {
				try (RawClient client = RawClient.open(engine.port())) {
					client.sendBytes(request.getBytes());
					assertEquals("bye", client.readReply().body());
					client.readEnd();
				}
			}
		}
	}
}
