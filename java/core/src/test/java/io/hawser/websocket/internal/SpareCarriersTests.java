package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.contract.Await;
import io.hawser.websocket.contract.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The carriers of a loop that do not drive it: how many there may be, and what happens when none is left. */
class SpareCarriersTests {
	private final GateHandler handler = new GateHandler();

	@AfterEach
	void letGo() {
		handler.open();
	}

	@Test
	void theLastSpareDrivesOnlyAndEverybodyElseIsServedByWorkers() throws Exception {
		try (PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, handler, (settings) -> {
			TakeOverTests.slow(settings);
			settings.pump().spareCarriers(2);
		}); RawClient other = engine.connect()) {
			List<RawClient> stuck = new ArrayList<>();
			for (int i = 0; i < 6; i++) {
				stuck.add(engine.connect());
				stuck.get(i).sendText("block " + i);
				handler.awaitBlocked(i + 1);
				Await.until("a carrier for the others", () -> !TakeOverTests.echo(other).isEmpty());
			}
			assertEquals(2, engine.counters().loopTakeOvers());
			assertEquals(List.of("loop-0", "loop-0-spare-1"), handler.blocked.subList(0, 2).stream()
					.map((name) -> name.substring(name.indexOf("loop"))).toList());
			handler.blocked.subList(2, 6).forEach((name) -> assertTrue(name.contains("-worker-"), name));
			assertTrue(TakeOverTests.echo(other).startsWith("worker-"), "the last one must not be blocked");
			try (RawClient late = engine.connect()) {
				assertTrue(TakeOverTests.echo(late).startsWith("worker-"));
			}
			handler.open();
			for (int i = 0; i < 6; i++) {
				assertTrue(stuck.get(i).readText().startsWith("block " + i));
			}
			Await.until("callbacks on carriers again", () -> TakeOverTests.echo(other).startsWith("loop-0"));
			for (RawClient client : stuck) {
				client.disconnect();
			}
		}
	}

	@Test
	void anInlineHandlerGoesToWorkersWhileThereIsNoSpare() throws Exception {
		CountDownLatch gate = new CountDownLatch(1);
		handler.on("wait", (session) -> {
			assertTrue(Carrier.aboutToBlock());
			Await.zero("the gate", gate);
		});
		try (PumpEngine engine = PumpEngine.start(HandlerMode.INLINE, handler, (settings) -> settings.pump().spareCarriers(1));
				RawClient other = engine.connect(); RawClient stuck = engine.connect()) {
			stuck.sendText("wait");
			Await.until("the last spare drives", () -> TakeOverTests.echo(other).startsWith("worker-"));
			gate.countDown();
			Await.until("callbacks on carriers again", () -> TakeOverTests.echo(other).startsWith("loop-0"));
		}
	}

	@Test
	void aSendThatCannotWaitBecauseNobodyElseCouldDriveEndsItsSessionAndSaysSo() throws Exception {
		CompletableFuture<IOException> end = new CompletableFuture<>();
		handler.on("fill", (session) -> {
			try {
				session.sendMessage(new BinaryMessage(new byte[1 << 20]));
				session.sendMessage(new BinaryMessage(new byte[1]));
			} catch (IOException refused) {
				end.complete(refused);
			}
		});
		try (PumpEngine engine = PumpEngine.start(HandlerMode.INLINE, handler); RawClient client = engine.connect()) {
			engine.engine.loops().get(0).spares.end();
			client.sendText("fill");

			String text = Await.result(end).getMessage();
			assertTrue(text.contains("1013") && text.contains("no thread could be started"), text);
			Await.until("it is counted", () -> engine.counters().terminatedStalled() == 1);
		}
	}

	@Test
	void aStopWithBlockedCarriersEndsWhenTheyReturn() throws Exception {
		EngineRuntime runtime;
		try (PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, handler); RawClient other = engine.connect();
				RawClient one = engine.connect(); RawClient two = engine.connect()) {
			runtime = engine.engine;
			one.sendText("block");
			two.sendText("block");
			handler.awaitBlocked(2);
			TakeOverTests.echo(other);
			assertFalse(runtime.stop(Duration.ofMillis(200)));
			Await.until("the others have ended", () -> handler.closed.size() == 1);
			assertFalse(runtime.awaitEnd(Duration.ZERO));
			handler.open();

			assertTrue(runtime.awaitEnd(Duration.ofSeconds(20)));
			assertEquals(3, handler.closed.size());
		}
	}

	@Test
	void aSpareThatNobodyNeedsEndsAndAnotherOneComesWhenOneIsNeeded() throws Exception {
		try (PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, handler, (settings) -> {
			TakeOverTests.slow(settings);
			settings.pump().spareIdle = Duration.ofMillis(1);
		}); RawClient other = engine.connect(); RawClient stuck = engine.connect()) {
			stuck.sendText("block");
			handler.awaitBlocked(1);
			assertEquals("loop-0-spare-1", TakeOverTests.echo(other));
			handler.open();
			assertTrue(stuck.readText().startsWith("block"));
			Await.until("the first carrier has ended", () -> !engine.threads().contains("loop-0"));
			handler.on("wait", (session) -> assertTrue(Carrier.aboutToBlock()));
			stuck.sendText("wait");
			Await.until("another take-over", () -> engine.counters().loopTakeOvers() == 2);
			assertEquals("loop-0-spare-2", TakeOverTests.echo(other));
			Await.until("its session on the new carrier", () -> TakeOverTests.echo(stuck).equals("loop-0-spare-2"));
		}
	}
}
