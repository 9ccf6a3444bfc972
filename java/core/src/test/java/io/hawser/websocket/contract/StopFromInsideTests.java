package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.HttpResponse;
import io.hawser.websocket.WebSocketEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An engine that is stopped by what it calls: it ends behind the callback, and never waits for itself. */
class StopFromInsideTests {
	private static final Duration LONG = Duration.ofSeconds(20);

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void theEngineMayBeStoppedInsideEveryCallbackAndAskedAgainInTheNext(HandlerMode mode) throws Exception {
		for (String callback : List.of("established", "text", "binary", "pong", "error", "closed")) {
			CompletableFuture<WebSocketEngine> self = new CompletableFuture<>();
			CompletableFuture<Boolean> stopping = new CompletableFuture<>();
			RecordingHandler stops = new RecordingHandler();
			stops.on(callback, (session, message) -> stopping.complete(self.get().stop(LONG)));
			stops.on("closed", (session, message) -> stopping.complete(self.get().stop(LONG)));
			try (TestEngine engine = TestEngine.start(mode, stops)) {
				self.complete(engine.engine());
				leave(RawClient.connect(engine), callback.equals("error"));
				assertFalse(Await.result(stopping), callback + ": it has not ended while its own callback runs");
				assertTrue(engine.engine().awaitStop(LONG), callback);
				assertEquals(1, engine.counters().sessionsClosed());
			}
		}
	}

	/** Sends one of each message and ends the session, by a reset or in good order. */
	private static void leave(RawClient client, boolean byReset) throws IOException {
		try (client) {
			client.send(Frame.text("a"), Frame.binary(new byte[1]), Frame.of(Frame.PONG, new byte[0]));
			if (byReset) {
				client.reset();
				return;
			}
			client.send(Frame.close(1000, ""));
			client.drain();
		}
	}

	@Test
	void theEngineMayBeStoppedByItsHttpHandlerAndItsInterceptors() throws Exception {
		for (String request : List.of("GET /page", "GET " + TestEngine.PATH)) {
			CompletableFuture<WebSocketEngine> self = new CompletableFuture<>();
			CompletableFuture<Boolean> stopping = new CompletableFuture<>();
			TestInterceptor stops = new TestInterceptor("1", new ArrayList<>()).deciding((asked, response, attributes) -> {
				stopping.complete(self.get().stop(LONG));
				return true;
			});
			try (TestEngine engine = TestEngine.start(new RecordingHandler(), (settings) -> settings.addInterceptors(stops).builder()
					.httpHandler((asked) -> {
						stopping.complete(self.get().stop(LONG));
						return HttpResponse.text("stopped");
					})); RawClient client = RawClient.open(engine.port())) {
				self.complete(engine.engine());
				String upgrade = request.endsWith(TestEngine.PATH) ? RawClient.UPGRADE : "";
				client.sendBytes((request + " HTTP/1.1\r\nHost: localhost\r\n" + upgrade + "\r\n").getBytes());
				assertFalse(Await.result(stopping));
				client.drain();
				client.disconnect();
				assertTrue(engine.engine().awaitStop(LONG));
			}
		}
	}
}
