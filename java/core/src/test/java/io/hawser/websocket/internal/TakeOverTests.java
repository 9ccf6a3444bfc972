package io.hawser.websocket.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.HttpResponse;
import io.hawser.websocket.contract.Await;
import io.hawser.websocket.contract.Frame;
import io.hawser.websocket.contract.RawClient;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a loop whose carrier is in a callback that does not return. */
class TakeOverTests {
	private final GateHandler handler = new GateHandler();

	/** A tick that nobody is held up for by a busy machine alone: names of threads can be told. */
	static void slow(EngineSettings settings) {
		settings.pump().watchdogTick = Duration.ofMillis(100);
	}

	/** The watchdog takes nothing over. */
	private static void never(EngineSettings settings) {
		settings.pump().watchdogTick = Duration.ofHours(1);
	}

	@AfterEach
	void letGo() {
		handler.open();
	}

	/** Sends a message and returns the job of the thread that answered it, as {@code loop-0}. */
	static String echo(RawClient client) throws IOException {
		client.sendText("hello");
		String answer = client.readText();
		assertTrue(answer.startsWith("hello on "), answer);
		return answer.substring(answer.indexOf("-") + 1).replaceFirst("\\d+-", "");
	}

	@Test
	void aCallbackThatNeverReturnsCostsOneThreadAndOneWarningWithItsStack() throws Exception {
		try (LogCapture log = new LogCapture(); PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, handler,
				(settings) -> {
					slow(settings);
					settings.pump().warnOfBlocked = Duration.ofMillis(50);
				}); RawClient other = engine.connect(); RawClient stuck = engine.connect()) {
			assertEquals("loop-0", echo(other));
			String id = engine.engine.openSessions().get(1).getId();
			stuck.sendText("block");
			handler.awaitBlocked(1);
			Await.until("a warning", () -> !log.find(id, "has not returned").isEmpty());

			assertEquals("loop-0-spare-1", echo(other));
			List<String> threads = engine.threads().stream().filter((name) -> !name.startsWith("worker-")).toList();
			assertEquals(List.of("loop-0", "loop-0-spare-1", "watchdog"), threads, "beside the worker that has logged the warning");
			assertEquals(1, engine.counters().loopTakeOvers());
			long ticks = engine.engine.watchdog().ticks();
			while (engine.engine.watchdog().ticks() < ticks + 5) {
				echo(other);
			}
			List<LogRecord> warnings = log.find(id, "has not returned");
			assertEquals(1, warnings.size());
			LogRecord warning = warnings.get(0);
			assertEquals(Level.WARNING, warning.getLevel());
			assertTrue(warning.getMessage().contains("hawser-" + engine.engine.port() + "-loop-0 ")
					&& warning.getMessage().contains(GateHandler.class.getName()), warning.getMessage());
			assertTrue(List.of(warning.getThrown().getStackTrace()).stream().anyMatch((frame) ->
					frame.getClassName().equals(GateHandler.class.getName())), "the stack is the callback's");
			handler.open();
			assertEquals("block on hawser-" + engine.engine.port() + "-loop-0", stuck.readText());
		}
	}

	@Test
	void eachCallbackOfACarrierThatHasLostItsLoopIsWarnedOfOnItsOwn() throws Exception {
		CountDownLatch second = new CountDownLatch(1);
		handler.on("second", (session) -> Await.zero("the second gate", second));
		try (LogCapture log = new LogCapture(); PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, handler,
				(settings) -> settings.pump().warnOfBlocked = Duration.ofMillis(50)); RawClient stuck = engine.connect()) {
			String id = engine.engine.openSessions().get(0).getId();
			stuck.sendText("block");
			handler.awaitBlocked(1);
			stuck.sendText("second");
			Await.until("a warning", () -> log.find(id, "has not returned").size() == 1);
			handler.open();
			Await.until("another one", () -> log.find(id, "has not returned").size() == 2);
			second.countDown();
		}
	}

	@Test
	void anInlineHandlerKeepsItsLoopAndIsWarnedOfOnce() throws Exception {
		try (LogCapture log = new LogCapture(); PumpEngine engine = PumpEngine.start(HandlerMode.INLINE, handler,
				(settings) -> settings.pump().warnOfBlocked = Duration.ofMillis(50)); RawClient stuck = engine.connect()) {
			String id = engine.engine.openSessions().get(0).getId();
			stuck.sendText("block");
			Await.until("a warning", () -> !log.find(id, "has not returned").isEmpty());
			engine.awaitLooks();

			assertEquals(1, log.find(id, "has not returned").size());
			assertEquals(0, engine.counters().loopTakeOvers());
			handler.open();
			assertTrue(stuck.readText().endsWith("-loop-0"));
		}
	}

	@Test
	void whoIsAboutToBlockHandsTheLoopOverInEveryModeAndOnce() throws Exception {
		for (HandlerMode mode : List.of(HandlerMode.INLINE, HandlerMode.ADAPTIVE)) {
			CountDownLatch gate = new CountDownLatch(1);
			GateHandler waiting = new GateHandler().on("wait", (session) -> {
				assertTrue(Carrier.aboutToBlock());
				assertTrue(Carrier.aboutToBlock());
				Await.zero("the gate", gate);
			});
			try (PumpEngine engine = PumpEngine.start(mode, waiting, TakeOverTests::never); RawClient other = engine.connect();
					RawClient stuck = engine.connect()) {
				stuck.sendText("wait");
				Await.until("a take-over", () -> engine.counters().loopTakeOvers() == 1);
				assertEquals("loop-0-spare-1", echo(other));
				stuck.sendText("behind");
				assertEquals("loop-0-spare-1", echo(other));
				assertEquals(1, engine.counters().loopTakeOvers());
				gate.countDown();
				assertEquals("behind on hawser-" + engine.engine.port() + "-loop-0", stuck.readText());
				Await.until("its session on the new carrier", () -> echo(stuck).equals("loop-0-spare-1"));
			}
		}
	}

	@Test
	void onAThreadThatDrivesNoLoopAboutToBlockDoesNothing() throws Exception {
		assertTrue(Carrier.aboutToBlock());
		List<Boolean> answers = new ArrayList<>();
		handler.on("wait", (session) -> answers.add(Carrier.aboutToBlock()));
		try (PumpEngine engine = PumpEngine.start(HandlerMode.WORKERS, handler); RawClient client = engine.connect()) {
			client.sendText("wait");
			client.sendText("after");
			assertTrue(client.readText().contains("-worker-"));
			assertEquals(List.of(true), answers);
			assertEquals(0, engine.counters().loopTakeOvers());
		}
	}

	@Test
	void anErrorInACallbackThatHasLostItsLoopEndsItsSessionAndNothingElse() throws Exception {
		for (Error error : List.of(new StackOverflowError("by hand"), new OutOfMemoryError("by hand"))) {
			CountDownLatch gate = new CountDownLatch(1);
			GateHandler failing = new GateHandler().on("fail", (session) -> {
				Await.zero("the gate", gate);
				throw error;
			});
			try (PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, failing); RawClient other = engine.connect();
					RawClient stuck = engine.connect()) {
				stuck.send(Frame.text("fail"), Frame.text("never seen"));
				Await.until("a take-over", () -> engine.counters().loopTakeOvers() > 0);
				echo(other);
				gate.countDown();
				assertEquals(1011, stuck.readClose().closeCode());
				stuck.send(Frame.close(1011, ""));
				stuck.readEnd();
				Await.until("closed", () -> failing.closed.size() == 1);
				other.sendText("fail");
				assertEquals(1011, other.readClose().closeCode(), "the gate is open now");
			}
		}
	}

	@Test
	void aMessageThatWaitsBehindABlockedOneIsHandledInOrderByTheSameThreadAndLaterOnesByWorkers() throws Exception {
		try (PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, handler, TakeOverTests::slow);
				RawClient other = engine.connect(); RawClient stuck = engine.connect()) {
			stuck.sendText("block");
			handler.awaitBlocked(1);
			for (int i = 0; i < 100; i++) {
				stuck.sendText("message " + i);
			}
			Await.until("all have come", () -> echo(other) != null && engine.counters().messagesIn() >= 101);
			echo(other);
			handler.open();
			assertTrue(stuck.readText().startsWith("block"));
			for (int i = 0; i < 100; i++) {
				String answer = stuck.readText();
				assertTrue(answer.startsWith("message " + i + " on "), answer);
				assertTrue(i >= Mailbox.DELIVERIES_PER_RUN ? answer.contains("-worker-") : answer.endsWith("-loop-0"), answer);
			}
		}
	}

	@Test
	void anHttpHandlerThatBlocksHoldsUpNobodyElse() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch gate = new CountDownLatch(1);
		try (PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, handler, (settings) -> {
			slow(settings);
			settings.httpHandler((request) -> {
				asked.countDown();
				Await.zero("the gate", gate);
				return HttpResponse.text("on " + Thread.currentThread().getName());
			});
		}); RawClient other = engine.connect(); Socket asking = new Socket("127.0.0.1", engine.engine.port())) {
			asking.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
			Await.zero("the request", asked);
			assertEquals("loop-0-spare-1", echo(other));
			gate.countDown();
			String answer = new String(asking.getInputStream().readAllBytes(), UTF_8);
			assertTrue(answer.endsWith("-loop-0"), answer);
		}
	}
}
