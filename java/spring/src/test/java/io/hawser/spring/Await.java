package io.hawser.spring;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what must become true. */
final class Await {
	private static final long POLL_NANOS = 1_000_000;

	private Await() {
	}

	static void until(String what, BooleanSupplier condition) {
		long deadline = System.nanoTime() + TestClient.PATIENCE.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - deadline > 0) {
				throw new AssertionError("waited " + TestClient.PATIENCE + " in vain for: " + what);
			}
			LockSupport.parkNanos(POLL_NANOS);
		}
	}
}
