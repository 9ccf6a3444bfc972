package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.TextMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A handler that blocks: its own session waits, unread beyond its window, and all others go on. */
class BlockingHandlerTests {
	private static final int WINDOW_BYTES = 64 * 1024;
	/** What one read may bring above the window, and what the other session sends. */
	private static final int SLACK_BYTES = 192 * 1024;

	private final CountDownLatch release = new CountDownLatch(1);
	private final RecordingHandler handler = new RecordingHandler();

	BlockingHandlerTests() {
		handler.on("text:block", (session, message) -> Await.zero("the release", release));
		handler.on("text:echo", (session, message) -> session.sendMessage(message));
	}

	@AfterEach
	void letGo() {
		release.countDown();
	}

	private void assertEchoes(RawClient client, int times) throws IOException {
		for (int i = 0; i < times; i++) {
			client.sendText("echo " + i);
			assertEquals("echo " + i, client.readText());
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "ADAPTIVE", "WORKERS" })
	void allOtherSessionsOfTheLoopGoOn(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient stuck = RawClient.connect(engine);
				RawClient client = RawClient.connect(engine)) {
			stuck.sendText("block");
			handler.awaitCall("text:block");
			stuck.sendText("echo behind");

			assertEchoes(client, 100);
			assertFalse(handler.calls().contains("text:echo behind"));
			RawClient.connect(engine).close();
			release.countDown();
			assertEquals("echo behind", stuck.readText());
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "ADAPTIVE", "WORKERS" })
	void manySessionsMayBlockAtTheSameTime(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setMode(mode).builder().loops(1).workers(13))) {
			List<RawClient> stuck = new ArrayList<>();
			for (int i = 0; i < 12; i++) {
				stuck.add(RawClient.connect(engine));
				stuck.get(i).sendText("block");
			}
			Await.until("all are blocked", () -> Collections.frequency(handler.calls(), "text:block") == 12);
			try (RawClient client = RawClient.connect(engine)) {
				assertEchoes(client, 10);
			}
			release.countDown();
			for (RawClient client : stuck) {
				client.disconnect();
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "ADAPTIVE", "WORKERS" })
	void theSessionThatBlocksIsNotReadBeyondItsWindowAndLosesNothing(HandlerMode mode) throws Exception {
		int messages = 4000;
		String kilobyte = "x".repeat(1024);
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient stuck = RawClient.connect(engine);
				RawClient client = RawClient.connect(engine)) {
			stuck.sendText("block");
			handler.awaitCall("text:block");
			Thread sender = new Thread(() -> sendAll(stuck, kilobyte, messages));
			sender.start();
			// The window also counts 64 bytes for each message.
			Await.until("the window is nearly full", () -> engine.counters().bytesIn() >= WINDOW_BYTES * 3 / 4);
			// The other session's round trips give the engine every chance to read on.
			assertEchoes(client, 300);

			assertTrue(engine.counters().bytesIn() < WINDOW_BYTES + SLACK_BYTES, engine.counters().toString());
			release.countDown();
			Await.until("all messages have come",
					() -> Collections.frequency(handler.calls(), "text:" + kilobyte) == messages);
			sender.join();
		}
	}

	private static void sendAll(RawClient client, String text, int messages) {
		try {
			for (int i = 0; i < messages; i++) {
				client.sendText(text);
			}
		} catch (IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "ADAPTIVE", "WORKERS" })
	void aMessageLargerThanTheWindowPasses(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setMode(mode).setMaxBinaryMessageBytes(1 << 20)
				.builder().inboundWindowBytes(1024)); RawClient client = RawClient.connect(engine)) {
			for (int i = 0; i < 3; i++) {
				client.send(Frame.binary(new byte[1 << 20]));
				assertEquals(1 << 20, handler.awaitMessage().getPayloadLength());
			}
			assertEchoes(client, 10);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "ADAPTIVE", "WORKERS" })
	void theEngineAnswersPingsOfAllOtherSessionsMeanwhile(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient stuck = RawClient.connect(engine);
				RawClient client = RawClient.connect(engine)) {
			stuck.sendText("block");
			handler.awaitCall("text:block");
			client.send(Frame.of(Frame.PING, new byte[] { 7 }));

			assertEquals(Frame.PONG, client.read().opcode());
			release.countDown();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "ADAPTIVE", "WORKERS" })
	void othersMaySendToTheSessionThatBlocks(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient stuck = RawClient.connect(engine)) {
			var session = handler.awaitSession();
			stuck.sendText("block");
			handler.awaitCall("text:block");
			session.sendMessage(new TextMessage("from outside"));

			assertEquals("from outside", stuck.readText());
			release.countDown();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "ADAPTIVE", "WORKERS" })
	void aPeerThatClosesMeanwhileIsAnsweredAfterTheCloseTimeoutAndClosedComesWhenTheCallbackHasReturned(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setMode(mode).builder()
				.closeTimeout(Duration.ofMillis(100))); RawClient stuck = RawClient.connect(engine)) {
			stuck.sendText("block");
			handler.awaitCall("text:block");
			stuck.send(Frame.close(1000, "tired of waiting"));

			assertEquals(1000, stuck.readClose().closeCode());
			stuck.readEnd();
			assertEquals(List.of("established", "text:block"), handler.calls());
			release.countDown();
			handler.awaitClosed();
		}
		assertEquals(List.of("established", "text:block", "closed:1000:tired of waiting"), handler.calls());
		assertFalse(handler.sawOverlap());
	}

	@ParameterizedTest
	@EnumSource(names = { "ADAPTIVE", "WORKERS" })
	void anInterceptorThatBlocksHoldsUpNobodyElse(HandlerMode mode) throws Exception {
		TestInterceptor blocks = new TestInterceptor("1", new ArrayList<>())
				.deciding((request, response, attributes) -> {
					if ("block".equals(request.getURI().getQuery())) {
						Await.zero("the release", release);
					}
					return true;
				});
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setMode(mode).addInterceptors(blocks).builder().loops(1));
				RawClient stuck = RawClient.open(engine.port())) {
			stuck.sendBytes(stuck.upgradeHead(TestEngine.PATH + "?block"));
			try (RawClient client = RawClient.connect(engine)) {
				assertEchoes(client, 10);
			}
			release.countDown();
			assertEquals(101, stuck.readReply().status());
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "ADAPTIVE", "WORKERS" })
	void anInterceptorThatBlocksWhileTheEngineStopsGivesNoSession(HandlerMode mode) throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setMode(mode).addInterceptors(blocking(asked)));
				RawClient client = RawClient.open(engine.port())) {
			client.sendBytes(client.upgradeHead(TestEngine.PATH));
			Await.zero("the interceptor", asked);
			CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(
					() -> engine.engine().stop(Duration.ofSeconds(20)));
			assertEquals(503, client.readReply().status());
			client.readEnd();
			client.disconnect();
			assertFalse(stopped.isDone(), "the interceptor has not returned");
			release.countDown();

			assertTrue(Await.result(stopped));
		}
		assertEquals(List.of(), handler.calls());
	}

	@ParameterizedTest
	@EnumSource(names = { "ADAPTIVE", "WORKERS" })
	void aPeerThatLeavesDuringItsHandshakeGivesNoSessionOrOneInGoodOrder(HandlerMode mode) throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setMode(mode).addInterceptors(blocking(asked)));
				RawClient client = RawClient.open(engine.port())) {
			client.sendBytes(client.upgradeHead(TestEngine.PATH));
			Await.zero("the interceptor", asked);
			client.reset();
			release.countDown();
			Await.until("the connection is gone", () -> engine.counters().connectionsOpen() == 0);
		}
		List<String> calls = handler.calls();
		assertTrue(calls.isEmpty() || calls.equals(List.of("established", "error", "closed:1006")), calls.toString());
	}

	private TestInterceptor blocking(CountDownLatch asked) {
		return new TestInterceptor("1", new ArrayList<>()).deciding((request, response, attributes) -> {
			asked.countDown();
			Await.zero("the release", release);
			return true;
		});
	}
}
