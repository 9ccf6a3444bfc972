package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.contract.Await;
import io.hawser.websocket.contract.RawClient;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchdogTests {
	private final GateHandler handler = new GateHandler();

	@AfterEach
	void letGo() {
		handler.open();
	}

	private static void echo(RawClient client, int times) throws Exception {
		for (int i = 0; i < times; i++) {
			client.sendText("hello");
			client.readText();
		}
	}

	@Test
	void aLoopThatMayBeBlockedIsLookedAtSoonAndOneThatMakesManyCallbacksSeldom() {
		assertEquals(Watchdog.SOON, Watchdog.nextLook(1, true, false));
		assertEquals(Watchdog.LATER, Watchdog.nextLook(2, false, false), "it is in no callback");
		assertEquals(Watchdog.MUCH_LATER, Watchdog.nextLook(128, true, false));
		assertEquals(Watchdog.MUCH_LATER, Watchdog.nextLook(128, false, false));
		assertEquals(Watchdog.SOON, Watchdog.nextLook(1_000_000, true, true), "it was taken over lately");
		assertEquals(Watchdog.LATER, Watchdog.nextLook(1_000_000, false, true));
		assertEquals(Watchdog.LATER, Watchdog.nextLook(0, false, false), "an idle loop may begin to block at any time");
	}

	@Test
	void itIsParkedWhileNothingRunsAndLooksWhileSomethingDoes() throws Exception {
		try (PumpEngine idle = PumpEngine.start(HandlerMode.ADAPTIVE, handler); RawClient silent = idle.connect();
				PumpEngine busy = PumpEngine.start(HandlerMode.ADAPTIVE, handler); RawClient client = busy.connect()) {
			echo(silent, 1);
			Watchdog watchdog = idle.engine.watchdog();
			Await.until("it is parked", watchdog::isParked);
			long ticks = watchdog.ticks();
			long before = busy.engine.watchdog().ticks();
			while (busy.engine.watchdog().ticks() < before + 50) {
				echo(client, 10);
			}

			assertTrue(watchdog.isParked());
			assertEquals(ticks, watchdog.ticks());
			echo(silent, 1);
			Await.until("it was woken", () -> watchdog.ticks() > ticks);
			Await.until("and sleeps again", watchdog::isParked);
		}
	}

	@Test
	void itSleepsWhereAllCallbacksRunOnWorkers() throws Exception {
		try (PumpEngine engine = PumpEngine.start(HandlerMode.WORKERS, handler); RawClient client = engine.connect()) {
			Await.until("it is parked", engine.engine.watchdog()::isParked);
			long ticks = engine.engine.watchdog().ticks();
			echo(client, 200);

			assertEquals(ticks, engine.engine.watchdog().ticks());
		}
	}

	@Test
	void aCarrierThatEndsItsMailboxDoesNotMakeItLookSooner() throws Exception {
		CountDownLatch gate = new CountDownLatch(1);
		AtomicInteger behind = new AtomicInteger();
		handler.on("wait", (session) -> {
			assertTrue(Carrier.aboutToBlock());
			Await.zero("the gate", gate);
			handler.on("behind", (same) -> {
				behind.incrementAndGet();
				// Work: time for others to run.
				LockSupport.parkNanos(100_000);
			});
		});
		try (PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, handler,
				(settings) -> settings.pump().watchdogTick = Duration.ofHours(1)); RawClient stray = engine.connect();
				RawClient other = engine.connect()) {
			stray.sendText("wait");
			Await.until("a take-over", () -> engine.counters().loopTakeOvers() == 1);
			for (int i = 0; i < Mailbox.DELIVERIES_PER_RUN; i++) {
				stray.sendText("behind");
			}
			Await.until("all have come", () -> engine.counters().messagesIn() > Mailbox.DELIVERIES_PER_RUN);
			echo(other, 1);
			other.sendText("block");
			handler.awaitBlocked(1);
			gate.countDown();
			Await.until("its mailbox is at its end", () -> engine.engine.loops().get(0).strays().length == 0);

			assertEquals(Mailbox.DELIVERIES_PER_RUN, behind.get());
			assertEquals(1, engine.counters().loopTakeOvers(), "one that has hardly begun is not taken over");
			handler.open();
			assertTrue(other.readText().endsWith("-loop-0-spare-1"));
		}
	}

	@Test
	void whoHasLostALoopIsForgottenWhenItsCallbackHasReturnedAlsoWhileNothingRuns() throws Exception {
		try (LogCapture log = new LogCapture(); PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, handler,
				(settings) -> settings.pump().warnOfBlocked = Duration.ofMillis(50)); RawClient client = engine.connect()) {
			String id = engine.engine.openSessions().get(0).getId();
			client.sendText("block");
			Await.until("it has lost the loop", () -> engine.engine.loops().get(0).strays().length == 1);
			Await.until("it was warned of", () -> !log.find(id, "has not returned").isEmpty());
			Await.until("it is parked", engine.engine.watchdog()::isParked);
			handler.open();
			client.readText();
			Field strays = Loop.class.getDeclaredField("strays");
			strays.setAccessible(true);
			Await.until("it is forgotten", () -> ((Stray[]) strays.get(engine.engine.loops().get(0))).length == 0);
		}
	}

	@Test
	void aHandlerThatBlocksOftenIsMovedToWorkersOnceAndItsSessionsKeepTheirOrder() throws Exception {
		try (LogCapture log = new LogCapture(); PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, handler);
				RawClient one = engine.connect(); RawClient two = engine.connect()) {
			int sent = 0;
			for (int round = 0; round < 60; round++) {
				for (int i = 0; i < 3; i++) {
					two.sendText("order " + sent++);
				}
				blockUntilTakenOver(engine);
			}
			Await.until("it was moved", () -> engine.counters().handlersMoved() == 1);
			for (int i = 0; i < sent; i++) {
				String answer = two.readText();
				assertTrue(answer.startsWith("order " + i + " on "), answer);
			}
			one.sendText("where");
			assertTrue(one.readText().contains("-worker-"));
			assertTrue(engine.counters().loopTakeOvers() >= HandlerPlacement.TAKE_OVERS);
			Await.until("it was logged", () -> !log.find("runs on workers for good").isEmpty());
			List<LogRecord> lines = log.find("runs on workers for good", handler.getClass().getName(), " 50 of its last ");
			assertEquals(1, lines.size());
			assertEquals("INFO", lines.get(0).getLevel().getName());
		}
	}

	@Test
	void aLoggerThatBlocksHoldsUpNeitherALoopNorTheWatchdog() throws Exception {
		try (BlockingLog log = new BlockingLog(GateHandler.class.getName());
				PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, handler,
						(settings) -> settings.pump().warnOfBlocked = Duration.ofMillis(50));
				RawClient other = engine.connect(); RawClient stuck = engine.connect()) {
			stuck.sendText("block");
			log.awaitBlocked("has not returned");
			echo(other, 10);
			int rounds = 0;
			while (engine.counters().handlersMoved() == 0 && rounds++ < 200) {
				blockUntilTakenOver(engine);
			}
			log.awaitBlocked("runs on workers for good");
			echo(other, 10);
			assertTrue(engine.counters().loopTakeOvers() >= HandlerPlacement.TAKE_OVERS);
			log.open();
			handler.open();
			assertTrue(stuck.readText().startsWith("block on "));
		}
	}

	@Test
	void itStaysWhereMovingIsSwitchedOff() throws Exception {
		try (PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, handler,
				(settings) -> settings.pump().moveBlockingHandlers(false)); RawClient client = engine.connect()) {
			for (int round = 0; round < 60; round++) {
				blockUntilTakenOver(engine);
			}
			assertTrue(engine.counters().loopTakeOvers() >= 60);
			assertEquals(0, engine.counters().handlersMoved());
			Await.until("a callback on a carrier", () -> {
				client.sendText("where");
				return client.readText().contains("-loop-");
			});
		}
	}

	/** Blocks a callback of a new session until another carrier has taken the loop over, unless it is on a worker. */
	private void blockUntilTakenOver(PumpEngine engine) throws Exception {
		handler.on("pause", (session) -> {
			long before = engine.counters().loopTakeOvers();
			boolean onWorker = Thread.currentThread().getName().contains("-worker-");
			Await.until("a take-over", () -> onWorker || engine.counters().loopTakeOvers() > before);
			session.close();
		});
		try (RawClient client = engine.connect()) {
			client.sendText("pause");
			client.readClose();
		}
	}
}
