package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShutdownTests {
	private static CountDownLatch arrived = new CountDownLatch(1);
	private static CountDownLatch mayAnswer = new CountDownLatch(1);

	/** Called by a request that takes its time. */
	static void arrived() throws InterruptedException {
		arrived.countDown();
		mayAnswer.await(TestClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	@Test
	void socketsGet1001AndThePortIsFree() throws Exception {
		TestServer server = TestServer.start(EchoApplication.class);
		int port = server.port();
		try (TestClient client = server.connect("/echo")) {
			client.sendText("x").nextText();
			server.close();
			assertEquals(1001, client.awaitClose());
		}
		assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", port).close());
	}

	@Test
	void aRequestInFlightCompletes() throws Exception {
		arrived = new CountDownLatch(1);
		mayAnswer = new CountDownLatch(1);
		TestServer server = TestServer.start(EchoApplication.class);
		CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(() -> get(server));
		arrived.await(TestClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
		try (TestClient client = server.connect("/echo")) {
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(server::close);
			assertEquals(1001, client.awaitClose());
			mayAnswer.countDown();
			assertEquals("done", answer.get(TestClient.PATIENCE.toSeconds(), TimeUnit.SECONDS).body());
			stopped.get(TestClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
	}

	@Test
	void whatStopsAtOnceSendsThe1001Too() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, "server.shutdown=immediate")) {
			int port = server.port();
			try (TestClient client = server.connect("/echo")) {
				client.sendText("x").nextText();
				server.close();
				assertEquals(1001, client.awaitClose());
			}
			assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", port).close());
		}
	}

	private static HttpResponse<String> get(TestServer server) {
		try {
			return server.get("/slow");
		} catch (Exception e) {
			throw new IllegalStateException(e);
		}
	}
}
