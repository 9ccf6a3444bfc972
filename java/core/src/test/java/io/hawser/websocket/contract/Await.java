package io.hawser.websocket.contract;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what must become true, and says what it was if it does not. Knows nothing of engines. */
public final class Await {
	/** Longest wait. A passing test never waits that long, so it may be generous on a busy machine. */
	public static final Duration LIMIT = Duration.ofSeconds(20);

	private static final long POLL_NANOS = 200_000;

	private Await() {
	}

	/** Something that will be true. */
	@FunctionalInterface
	public interface Condition {
		boolean holds() throws Exception;
	}

	/** Waits until a condition holds. */
	public static void until(String what, Condition condition) throws Exception {
		long deadline = System.nanoTime() + LIMIT.toNanos();
		while (!condition.holds()) {
			if (System.nanoTime() - deadline > 0) {
				throw new AssertionError("waited " + LIMIT + " in vain for: " + what);
			}
			LockSupport.parkNanos(POLL_NANOS);
		}
	}

	/** Takes the next element of a queue. */
	public static <T> T next(String what, BlockingQueue<T> queue) throws InterruptedException {
		T next = queue.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
		if (next == null) {
			throw new AssertionError("waited " + LIMIT + " in vain for: " + what);
		}
		return next;
	}

	/** Waits for a latch. */
	public static void zero(String what, CountDownLatch latch) throws InterruptedException {
		if (!latch.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
			throw new AssertionError("waited " + LIMIT + " in vain for: " + what);
		}
	}

	/** Waits for a result. */
	public static <T> T result(Future<T> future) throws Exception {
		return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
	}
}
