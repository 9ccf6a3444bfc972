package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MailboxTests {
	private static final int WINDOW_BYTES = 100;

	/** Remembers what came, in plain fields: the mailbox must make them visible from one run to the next. */
	private static class Recorder implements Mailbox.Receiver {
		final List<Object> received = new ArrayList<>();
		final List<Integer> consumed = new ArrayList<>();
		final AtomicBoolean inside = new AtomicBoolean();
		boolean overlapped;

		@Override
		public void receive(Object content) {
			overlapped |= !inside.compareAndSet(false, true);
			received.add(content);
			inside.set(false);
		}

		@Override
		public void consumed(int bytes) {
			consumed.add(bytes);
		}
	}

	private final Recorder recorder = new Recorder();
	private final Tenure tenure = driving();
	private final Queue<Runnable> scheduled = new ArrayDeque<>();

	private static Tenure driving() {
		Tenure tenure = new Tenure(new LoopOwnership(), new LoopWatch(new Watchdog(0, new PumpSettings(), Runnable::run)), 0);
		tenure.begin(LoopOwnership.FIRST, 0);
		return tenure;
	}

	private static HandlerPlacement onCarrier(Executor workers) {
		return new HandlerPlacement("", HandlerMode.ADAPTIVE, workers, 1, true);
	}

	private static HandlerPlacement onWorkers(Executor workers) {
		return new HandlerPlacement("", HandlerMode.WORKERS, workers, 1, true);
	}

	@Test
	void onACarrierADeliveryRunsAtOnceOnTheCallersThread() {
		Mailbox mailbox = new Mailbox(recorder, onCarrier(null), WINDOW_BYTES);

		mailbox.deliver("a", 0, tenure);

		assertEquals(List.of("a"), recorder.received);
	}

	@Test
	void whatIsDeliveredInsideADeliveryFollowsIt() {
		Mailbox[] mailbox = new Mailbox[1];
		List<Object> finished = new ArrayList<>();
		mailbox[0] = new Mailbox(new Recorder() {
			@Override
			public void receive(Object content) {
				if (content.equals("a")) {
					mailbox[0].deliver("b", 0, tenure);
					mailbox[0].deliver("c", 0, tenure);
				}
				finished.add(content);
			}
		}, onCarrier(null), WINDOW_BYTES);

		mailbox[0].deliver("a", 0, tenure);

		assertEquals(List.of("a", "b", "c"), finished);
	}

	@Test
	void withWorkersItIsScheduledOnceHoweverMuchIsDelivered() {
		Mailbox mailbox = new Mailbox(recorder, onWorkers(scheduled::add), WINDOW_BYTES);

		IntStream.range(0, 10).forEach(i -> mailbox.deliver(i, 0, tenure));

		assertEquals(1, scheduled.size());
		assertEquals(List.of(), recorder.received);
		scheduled.remove().run();
		assertEquals(10, recorder.received.size());
		mailbox.deliver("later", 0, tenure);
		assertEquals(1, scheduled.size());
	}

	@Test
	void aRunEndsAfter64DeliveriesAndSchedulesTheRest() {
		Mailbox mailbox = new Mailbox(recorder, onWorkers(scheduled::add), WINDOW_BYTES);
		IntStream.range(0, 65).forEach(i -> mailbox.deliver(i, 0, tenure));

		scheduled.remove().run();

		assertEquals(64, recorder.received.size());
		assertEquals(1, scheduled.size());
		scheduled.remove().run();
		assertEquals(65, recorder.received.size());
		assertTrue(scheduled.isEmpty());
	}

	@Test
	void exactly64DeliveriesAreOneRun() {
		Mailbox mailbox = new Mailbox(recorder, onWorkers(scheduled::add), WINDOW_BYTES);
		IntStream.range(0, 64).forEach(i -> mailbox.deliver(i, 0, tenure));

		scheduled.remove().run();

		assertEquals(64, recorder.received.size());
		assertTrue(scheduled.isEmpty());
	}

	@Test
	void creditIsGivenBackInBatchesOfHalfTheWindow() {
		Mailbox mailbox = new Mailbox(recorder, onWorkers(Runnable::run), WINDOW_BYTES);

		mailbox.deliver("a", 49, tenure);
		assertEquals(List.of(), recorder.consumed);
		mailbox.deliver("b", 1, tenure);
		mailbox.deliver("c", 1000, tenure);

		assertEquals(List.of(50, 1000), recorder.consumed);
	}

	@Test
	void ifNoWorkerCanBeStartedTheCallerRunsIt() {
		Mailbox mailbox = new Mailbox(recorder, onWorkers(task -> {
			throw new RejectedExecutionException("no thread");
		}), WINDOW_BYTES);

		IntStream.range(0, 3).forEach(i -> mailbox.deliver(i, 0, tenure));

		assertEquals(List.of(0, 1, 2), recorder.received);
	}

	@Test
	void aReceiverThatThrowsStopsNeitherTheDeliveriesNorTheCredit() {
		Recorder throwing = new Recorder() {
			@Override
			public void receive(Object content) {
				super.receive(content);
				throw new OutOfMemoryError("by hand");
			}

			@Override
			public void consumed(int bytes) {
				super.consumed(bytes);
				if (consumed.size() == 1) {
					throw new OutOfMemoryError("by hand");
				}
			}
		};
		Mailbox inline = new Mailbox(throwing, onCarrier(null), WINDOW_BYTES);
		Mailbox queued = new Mailbox(throwing, onWorkers(Runnable::run), WINDOW_BYTES);

		inline.deliver("a", 60, tenure);
		inline.deliver("b", 1, tenure);
		queued.deliver("c", 0, tenure);
		queued.deliver("d", 0, tenure);

		assertEquals(List.of("a", "b", "c", "d"), throwing.received);
		assertEquals(List.of(60, 61), throwing.consumed);
	}

	@Test
	void deliveriesKeepTheirOrderAndNeverOverlapOnManyWorkers() throws Exception {
		int count = 200_000;
		ExecutorService workers = Executors.newFixedThreadPool(4);
		CountDownLatch last = new CountDownLatch(1);
		Recorder ending = new Recorder() {
			@Override
			public void receive(Object content) {
				super.receive(content);
				if (content.equals(count - 1)) {
					last.countDown();
				}
			}
		};
		Mailbox mailbox = new Mailbox(ending, onWorkers(workers), WINDOW_BYTES);
		try {
			IntStream.range(0, count).forEach(i -> mailbox.deliver(i, 1, tenure));

			assertTrue(last.await(30, TimeUnit.SECONDS));
			assertEquals(IntStream.range(0, count).boxed().toList(), ending.received);
			assertFalse(ending.overlapped);
		} finally {
			workers.shutdownNow();
		}
	}
}
