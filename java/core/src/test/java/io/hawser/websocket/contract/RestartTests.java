package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.WebSocketEngine;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Engines one after the other and beside each other. */
class RestartTests {
	private final RecordingHandler handler = new RecordingHandler();

	@Test
	void aHundredEnginesOnOnePortServeOneAfterTheOther() throws Exception {
		int port = 0;
		for (int i = 0; i < 100; i++) {
			HandlerMode mode = HandlerMode.values()[i % 3];
			try (WebSocketEngine engine = WebSocketEngine.builder().port(port).loops(1 + i % 3).mode(mode)
					.addHandler(handler, "/test").start(); RawClient client = RawClient.connect(engine.port(), "/test")) {
				port = engine.port();
				client.sendText("hello " + i);
				handler.awaitCall("text:hello " + i);
				client.send(Frame.close(1000, ""));
				client.readClose();
				client.readEnd();
			}
		}
		int last = port;
		assertFalse(Thread.getAllStackTraces().keySet().stream()
				.anyMatch((thread) -> thread.getName().startsWith("hawser-" + last + "-loop")));
	}

	@Test
	void anEngineWhoseLoopsWereTakenOverLeavesNothingBehindAndAnotherServesOnItsPort() throws Exception {
		int port = 0;
		for (int i = 0; i < 20; i++) {
			CountDownLatch gate = new CountDownLatch(1);
			handler.on("text:block", (session, message) -> Await.zero("the gate", gate));
			try (WebSocketEngine engine = WebSocketEngine.builder().port(port).loops(2).addHandler(handler, "/test").start();
					RawClient client = RawClient.connect(engine.port(), "/test")) {
				port = engine.port();
				client.sendText("block");
				Await.until("a take-over", () -> engine.counters().loopTakeOvers() > 0);
				gate.countDown();
				client.disconnect();
				assertTrue(engine.stop(Duration.ofSeconds(20)));
			}
			String prefix = "hawser-" + port + "-";
			assertFalse(Thread.getAllStackTraces().keySet().stream().anyMatch((thread) -> thread.getName().startsWith(prefix)));
		}
	}

	@Test
	void enginesBesideEachOtherKnowNothingOfEachOther() throws Exception {
		RecordingHandler other = new RecordingHandler();
		try (TestEngine one = TestEngine.start(handler); TestEngine two = TestEngine.start(other);
				RawClient client = RawClient.connect(two)) {
			client.sendText("for two");
			other.awaitCall("text:for two");
			assertTrue(one.engine().stop(Duration.ofSeconds(20)));
			client.sendText("still here");

			other.awaitCall("text:still here");
			assertEquals(0, one.counters().connectionsAccepted());
		}
		assertEquals(0, handler.calls().size());
	}

	@Test
	void aPortInUseIsNamedWithItsAddressAndCanBeTriedAgain() throws Exception {
		WebSocketEngine second;
		try (TestEngine first = TestEngine.start(handler)) {
			var builder = WebSocketEngine.builder().port(first.port());
			builder.addHandler(handler, "/test");
			IOException refused = assertThrows(BindException.class, builder::start);
			assertTrue(refused.getMessage().contains("127.0.0.1:" + first.port()), refused.getMessage());

			assertTrue(first.engine().stop(Duration.ofSeconds(20)));
			second = builder.start();
		}
		second.close();
	}

	@Test
	void anEngineThatEndedIsNotKeptAliveByAnything() throws Exception {
		WeakReference<RecordingHandler> ended = serveOnce();

		Await.until("the handler is collected", () -> {
			System.gc();
			return ended.get() == null;
		});
	}

	private static WeakReference<RecordingHandler> serveOnce() throws Exception {
		RecordingHandler own = new RecordingHandler();
		try (TestEngine engine = TestEngine.start(own); RawClient client = RawClient.connect(engine)) {
			client.sendText("a");
			own.awaitMessage();
		}
		return new WeakReference<>(own);
	}
}
