package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.HttpResponse;
import io.hawser.websocket.WebSocketEngine;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end of an engine, whoever asks for it and from wherever. */
class StopTests {
	private static final Duration LONG = Duration.ofSeconds(20);

	private final RecordingHandler handler = new RecordingHandler();

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void everyClientSees1001AndEveryHandlerIsTold(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setMode(mode))) {
			List<RawClient> clients = new ArrayList<>();
			for (int i = 0; i < 50; i++) {
				clients.add(RawClient.connect(engine));
				handler.awaitSession();
			}
			assertEquals(50, engine.engine().sessions().size());
			CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(() -> engine.engine().stop(LONG));
			for (RawClient client : clients) {
				answerAndLeave(client);
			}
			assertTrue(Await.result(stopped));
			assertEquals(List.of(), List.copyOf(engine.engine().sessions()));
		}
		assertEquals(50, Collections.frequency(handler.calls(), "closed:1001"));
		assertEquals(100, handler.calls().size());
	}

	@Test
	void thePortIsFreeAndTheThreadsAreGoneWhenStopReturns() throws Exception {
		WebSocketEngine engine = WebSocketEngine.builder().addHandler(handler, TestEngine.PATH).start();
		int port = engine.port();
		try (TestClient client = TestClient.connect(port, TestEngine.PATH)) {
			client.sendText("a");
			handler.awaitMessage();
			assertTrue(engine.stop(LONG));

			assertEquals(1001, client.awaitClose().getCode());
			assertThrows(ConnectException.class, () -> RawClient.open(port));
			assertEquals(List.of(), threadsOf(port));
			new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
			assertEquals(port, engine.port());
			assertEquals(1, engine.counters().sessionsClosed());
		}
		try (WebSocketEngine again = WebSocketEngine.builder().port(port).addHandler(handler, TestEngine.PATH).start()) {
			RawClient.connect(again.port(), TestEngine.PATH).close();
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void insideACallbackStopOnlyStartsIt(HandlerMode mode) throws Exception {
		CompletableFuture<WebSocketEngine> self = new CompletableFuture<>();
		CompletableFuture<Boolean> answer = new CompletableFuture<>();
		handler.on("text:stop", (session, message) -> answer.complete(self.get().stop(LONG)));
		handler.on("text:close", (session, message) -> {
			self.get().close();
			answer.complete(false);
		});
		for (String how : List.of("stop", "close")) {
			try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
				self.obtrudeValue(engine.engine());
				client.sendText(how);
				assertFalse(Await.result(answer), "it has not ended yet");
				answerAndLeave(client);

				assertTrue(engine.engine().awaitStop(LONG));
				assertEquals(1001, handler.awaitClosed().getCode());
			}
		}
	}

	@Test
	void aSecondStopAndOneOfAnotherThreadReturnTheSame() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			handler.awaitSession();
			List<CompletableFuture<Boolean>> stops = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				stops.add(CompletableFuture.supplyAsync(() -> engine.engine().stop(LONG)));
			}
			answerAndLeave(client);
			for (CompletableFuture<Boolean> stop : stops) {
				assertTrue(Await.result(stop));
			}
			assertTrue(engine.engine().stop(Duration.ZERO));
			engine.engine().close();
			engine.engine().awaitStop();
		}
		assertEquals(List.of("established", "closed:1001"), handler.calls());
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void waitingForTheEndInsideACallbackIsRefusedWithTheReason(HandlerMode mode) throws Exception {
		CompletableFuture<WebSocketEngine> self = new CompletableFuture<>();
		List<Exception> refused = Collections.synchronizedList(new ArrayList<>());
		Runnable waits = () -> {
			refused.add(assertThrows(IllegalStateException.class, () -> self.get().awaitStop()));
			refused.add(assertThrows(IllegalStateException.class, () -> self.get().awaitStop(Duration.ZERO)));
		};
		handler.on("text", (session, message) -> waits.run());
		handler.on("closed", (session, message) -> waits.run());
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings
				.addInterceptors(new TestInterceptor("1", new ArrayList<>()).onEach(waits))
				.builder().mode(mode).httpHandler((request) -> {
					waits.run();
					return HttpResponse.text("waited");
				})); RawClient client = RawClient.open(engine.port())) {
			self.complete(engine.engine());
			assertEquals("waited", client.request("GET /").body());
			assertEquals(101, client.upgrade(TestEngine.PATH).status());
			client.sendText("a");
			client.send(Frame.close(1000, ""));
			handler.awaitClosed();
		}
		assertEquals(10, refused.size(), "HTTP, before and after of the interceptor, text, closed; both forms");
		assertTrue(refused.get(0).getMessage().contains("another thread"), refused.get(0).getMessage());
	}

	@Test
	void anotherEngineMayBeWaitedForInsideACallback() throws Exception {
		CompletableFuture<Boolean> stopped = new CompletableFuture<>();
		try (TestEngine other = TestEngine.start(new RecordingHandler())) {
			handler.on("text", (session, message) -> stopped.complete(other.engine().stop(LONG)));
			try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
				client.sendText("stop the other");

				assertTrue(Await.result(stopped));
			}
		}
	}

	@Test
	void aPeerThatDoesNotAnswerIsCutInTime() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			handler.awaitSession();
			long start = System.nanoTime();
			assertTrue(engine.engine().stop(Duration.ofSeconds(1)));

			assertTrue(System.nanoTime() - start < Duration.ofSeconds(10).toNanos());
			assertEquals(CloseStatus.NO_CLOSE_FRAME, handler.awaitClosed());
			assertEquals(1001, client.readClose().closeCode());
			client.drain();
		}
		assertEquals(List.of("established", "closed:1006"), handler.calls());
	}

	@Test
	void aTimeoutLongerThanAnyClockIsNoError() throws Exception {
		Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			handler.awaitSession();
			CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(() -> engine.engine().stop(endless));
			answerAndLeave(client);

			assertTrue(Await.result(stopped));
			assertTrue(engine.engine().awaitStop(endless));
		}
	}

	@Test
	void noTimeAtAllCutsEverythingAtOnce() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			handler.awaitSession();
			engine.engine().stop(Duration.ZERO);
			engine.engine().awaitStop();

			assertEquals(CloseStatus.NO_CLOSE_FRAME, handler.awaitClosed());
			client.drain();
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aCallbackThatDoesNotReturnIsLoggedAndTheStopGoesOnBehindIt(HandlerMode mode) throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		handler.on("text:block", (session, message) -> Await.zero("the release", release));
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			client.sendText("block");
			handler.awaitCall("text:block");
			assertFalse(engine.engine().stop(Duration.ofMillis(200)));
			TestLog.awaitLine("WARNING", "port " + engine.port(), "did not end");
			assertFalse(engine.engine().awaitStop(Duration.ZERO));
			release.countDown();

			assertTrue(engine.engine().awaitStop(LONG));
			handler.awaitClosed();
		}
	}

	@Test
	void anInterruptEndsTheWaitAndNotTheStop() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			handler.awaitSession();
			Thread.currentThread().interrupt();
			assertThrows(InterruptedException.class, () -> engine.engine().awaitStop());
			Thread.currentThread().interrupt();
			assertFalse(engine.engine().stop(LONG));
			assertTrue(Thread.interrupted(), "the flag is kept");
			answerAndLeave(client);

			assertTrue(engine.engine().awaitStop(LONG));
		}
	}

	private static void answerAndLeave(RawClient client) throws IOException {
		assertEquals(1001, client.readClose().closeCode());
		client.send(Frame.close(1001, ""));
		client.readEnd();
		client.disconnect();
	}

	private static List<String> threadsOf(int port) {
		return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).map(Thread::getName)
				.filter((name) -> name.startsWith("hawser-" + port + "-")).toList();
	}
}
