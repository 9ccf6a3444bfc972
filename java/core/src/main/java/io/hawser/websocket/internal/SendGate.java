package io.hawser.websocket.internal;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the senders of one session wait until it takes messages again. Knows no messages, and not why it is opened.
 *
 * <p><b>Threads:</b> all methods from any. Who opens never waits longer than a waiter needs to begin or end its wait.
 * <p>A waiter takes a ticket, tries once more, and waits only if the gate was not opened since the ticket: so no opening is
 * missed, and one that came too early costs a further try at most.
 */
final class SendGate {
	private final ReentrantLock lock = new ReentrantLock();
	private final Condition opened = lock.newCondition();
	/** How often the gate was opened; written under the lock. */
	private volatile long openings;
	/** Close code of the session, or 0 as long as it has not ended. */
	private volatile int endCode;

	/** Returns what {@link #await} compares with. */
	long ticket() {
		return openings;
	}

	/**
	 * Waits until the gate was opened after {@code ticket}.
	 * @param deadline in terms of {@link System#nanoTime()}
	 * @return whether it was, before the deadline
	 */
	boolean await(long ticket, long deadline) throws InterruptedException {
		lock.lockInterruptibly();
		try {
			long left = deadline - System.nanoTime();
			while (openings == ticket && left > 0) {
				left = opened.awaitNanos(left);
			}
			return openings != ticket;
		} finally {
			lock.unlock();
		}
	}

	/** Lets all who wait now try again. */
	void open() {
		lock.lock();
		try {
			openings++;
			opened.signalAll();
		} finally {
			lock.unlock();
		}
	}

	/** Opens the gate because the session has ended. */
	void end(int closeCode) {
		endCode = closeCode;
		open();
	}

	/** Returns the close code with which the session has ended, or 0. */
	int endCode() {
		return endCode;
	}
}
