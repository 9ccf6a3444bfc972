package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
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
	private final Queue<Runnable> scheduled = new ArrayDeque<>();

	@Test
	void withoutWorkersADeliveryRunsAtOnceOnTheCallersThread() {
		Mailbox mailbox = new Mailbox(recorder, null, WINDOW_BYTES);

		mailbox.deliver("a", 0);

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
					mailbox[0].deliver("b", 0);
					mailbox[0].deliver("c", 0);
				}
				finished.add(content);
			}
		}, null, WINDOW_BYTES);

		mailbox[0].deliver("a", 0);

		assertEquals(List.of("a", "b", "c"), finished);
	}

	@Test
	void withWorkersItIsScheduledOnceHoweverMuchIsDelivered() {
		Mailbox mailbox = new Mailbox(recorder, scheduled::add, WINDOW_BYTES);

		IntStream.range(0, 10).forEach(i -> mailbox.deliver(i, 0));

		assertEquals(1, scheduled.size());
		assertEquals(List.of(), recorder.received);
		scheduled.remove().run();
		assertEquals(10, recorder.received.size());
		mailbox.deliver("later", 0);
		assertEquals(1, scheduled.size());
	}

	@Test
	void aRunEndsAfter64DeliveriesAndSchedulesTheRest() {
		Mailbox mailbox = new Mailbox(recorder, scheduled::add, WINDOW_BYTES);
		IntStream.range(0, 65).forEach(i -> mailbox.deliver(i, 0));

		scheduled.remove().run();

		assertEquals(64, recorder.received.size());
		assertEquals(1, scheduled.size());
		scheduled.remove().run();
		assertEquals(65, recorder.received.size());
		assertTrue(scheduled.isEmpty());
	}

	@Test
	void exactly64DeliveriesAreOneRun() {
		Mailbox mailbox = new Mailbox(recorder, scheduled::add, WINDOW_BYTES);
		IntStream.range(0, 64).forEach(i -> mailbox.deliver(i, 0));

		scheduled.remove().run();

		assertEquals(64, recorder.received.size());
		assertTrue(scheduled.isEmpty());
	}

	@Test
	void creditIsGivenBackInBatchesOfHalfTheWindow() {
		Mailbox mailbox = new Mailbox(recorder, Runnable::run, WINDOW_BYTES);

		mailbox.deliver("a", 49);
		assertEquals(List.of(), recorder.consumed);
		mailbox.deliver("b", 1);
		mailbox.deliver("c", 1000);

		assertEquals(List.of(50, 1000), recorder.consumed);
	}

	@Test
	void ifNoWorkerCanBeStartedTheCallerRunsIt() {
		Mailbox mailbox = new Mailbox(recorder, task -> {
			throw new RejectedExecutionException("no thread");
		}, WINDOW_BYTES);

		IntStream.range(0, 3).forEach(i -> mailbox.deliver(i, 0));

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
		Mailbox inline = new Mailbox(throwing, null, WINDOW_BYTES);
		Mailbox queued = new Mailbox(throwing, Runnable::run, WINDOW_BYTES);

		inline.deliver("a", 60);
		inline.deliver("b", 1);
		queued.deliver("c", 0);
		queued.deliver("d", 0);

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
		Mailbox mailbox = new Mailbox(ending, workers, WINDOW_BYTES);
		try {
			IntStream.range(0, count).forEach(i -> mailbox.deliver(i, 1));

			assertTrue(last.await(30, TimeUnit.SECONDS));
			assertEquals(IntStream.range(0, count).boxed().toList(), ending.received);
			assertFalse(ending.overlapped);
		} finally {
			workers.shutdownNow();
		}
	}
}
