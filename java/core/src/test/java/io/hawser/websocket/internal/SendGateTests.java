package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.contract.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SendGateTests {
	private final SendGate gate = new SendGate();

	private static long soon() {
		return System.nanoTime() + Await.LIMIT.toNanos();
	}

	@Test
	void anOpeningBetweenTheTicketAndTheWaitIsNotMissed() throws Exception {
		long ticket = gate.ticket();
		gate.open();
		assertTrue(gate.await(ticket, System.nanoTime() - 1), "no wait at all");
	}

	@Test
	void anOpeningBeforeTheTicketDoesNotCount() throws Exception {
		gate.open();
		assertFalse(gate.await(gate.ticket(), System.nanoTime() - 1));
	}

	@Test
	void oneOpeningReleasesAllWhoWait() throws Exception {
		List<Thread> threads = new ArrayList<>();
		List<CompletableFuture<Boolean>> answers = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			CompletableFuture<Boolean> answer = new CompletableFuture<>();
			Thread thread = new Thread(() -> {
				try {
					answer.complete(gate.await(0, soon()));
				} catch (Throwable failure) {
					answer.completeExceptionally(failure);
				}
			});
			thread.start();
			threads.add(thread);
			answers.add(answer);
		}
		for (Thread thread : threads) {
			Await.until("all wait", () -> thread.getState() == Thread.State.TIMED_WAITING);
		}
		gate.end(1013);
		for (CompletableFuture<Boolean> answer : answers) {
			assertTrue(Await.result(answer));
		}
		assertEquals(1013, gate.endCode());
	}

	@Test
	void aWaitEndsAtItsDeadline() throws Exception {
		assertFalse(gate.await(gate.ticket(), System.nanoTime() + 1_000_000));
		assertEquals(0, gate.endCode());
	}

	@Test
	void aThreadThatIsInterruptedDoesNotWait() {
		Thread.currentThread().interrupt();
		assertThrows(InterruptedException.class, () -> gate.await(gate.ticket(), soon()));
		assertFalse(Thread.interrupted(), "the exception has taken the flag");
	}
}
