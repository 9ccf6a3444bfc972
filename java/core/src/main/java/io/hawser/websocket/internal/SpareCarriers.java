package io.hawser.websocket.internal;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The carriers of one loop that do not drive it: those that wait, and how many are still in the callback in which they lost
 * it. Knows no ownership and no events.
 *
 * <p><b>Limit:</b> so many may be blocked, beside the one that drives. When there is none left to take over, the one that
 * drives must not run callbacks.
 */
final class SpareCarriers {
	private final Loop loop;
	private final int max;
	private final long idleNanos;
	/** Those that wait, the last one on top; they may leave, those that were taken from here may not. */
	private final ArrayDeque<Carrier> idle;
	private int started;
	private volatile int active = 1;
	private boolean ended;

	SpareCarriers(Loop loop, PumpSettings settings) {
		this.loop = loop;
		this.max = settings.spareCarriers;
		// Of full size at once: giving back must not need memory.
		this.idle = new ArrayDeque<>(max + 2);
		this.idleNanos = settings.spareIdle.toNanos();
	}

	/** Returns whether no carrier is left that could take the loop over. */
	boolean areUsedUp() {
		return active > max;
	}

	/**
	 * Takes a carrier that waits to be {@linkplain Carrier#drive told to drive}, or starts one; {@code null} if all are in
	 * callbacks, or the loop has ended. Throws what starting a thread throws.
	 */
	synchronized Carrier take() {
		if (ended || areUsedUp()) {
			return null;
		}
		Carrier carrier = idle.pollLast();
		if (carrier == null) {
			carrier = new Carrier(loop, "-spare-" + (started + 1));
			loop.engine.start(carrier);
			started++;
		}
		active++;
		return carrier;
	}

	/** Takes back a carrier that is not needed, or is done with its session. */
	synchronized void giveBack(Carrier carrier) {
		idle.addLast(carrier);
		active--;
		if (ended) {
			LockSupport.unpark(carrier.thread());
		}
	}

	/** Waits, on the carrier's own thread, until it is told to drive; {@code false}: it is no longer needed. */
	boolean awaitDrive(Carrier carrier) {
		long deadline = System.nanoTime() + idleNanos;
		while (!carrier.isToldToDrive()) {
			long left = deadline - System.nanoTime();
			if ((left <= 0 || hasEnded()) && leave(carrier)) {
				return false;
			}
			LockSupport.parkNanos(this, Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)));
			// An interrupt that was meant for a callback means nothing here.
			Thread.interrupted();
		}
		return true;
	}

	private synchronized boolean hasEnded() {
		return ended;
	}

	/** Fails for one that was taken meanwhile. */
	private synchronized boolean leave(Carrier carrier) {
		return idle.remove(carrier);
	}

	/** Ends all carriers that wait, and the others when they come back. */
	synchronized void end() {
		ended = true;
		for (Carrier carrier : idle) {
			LockSupport.unpark(carrier.thread());
		}
	}
}
