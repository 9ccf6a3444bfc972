package io.hawser.websocket.internal;

import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks every tick, about two milliseconds, whether a loop's carrier is still in the callback it was in the last time, and
 * then has the loop taken over; half a tick after it has seen one in a callback. It counts its own looks, not the time:
 * while the whole JVM stands still it looks at nothing. Where no callbacks run it is parked.
 *
 * <p>Who is in one callback for a longer time, ten seconds, is named in a warning with its stack, once.
 */
final class Watchdog implements Runnable {
	private final String name;
	private final long tickNanos;
	private final long warnAfterNanos;
	private List<Loop> loops = List.of();
	private long[] seen;
	private long[] sinceNanos;
	private long[] warned;
	private int batches;
	private volatile Thread thread;
	private volatile boolean parked;
	private volatile boolean stopped;
	private volatile long ticks;

	Watchdog(int port, PumpSettings settings) {
		this.name = "hawser-" + port + "-watchdog";
		this.tickNanos = settings.watchdogTick.toNanos();
		this.warnAfterNanos = settings.warnOfBlocked.toNanos();
	}

	/** Returns the thread that watches these loops, to be started. */
	Thread thread(List<Loop> loops) {
		this.loops = List.copyOf(loops);
		this.seen = new long[loops.size()];
		this.sinceNanos = new long[loops.size()];
		this.warned = new long[loops.size()];
		Thread made = new Thread(null, this, name, 0, false);
		made.setDaemon(true);
		thread = made;
		return made;
	}

	/** Ends the thread. */
	void stop() {
		stopped = true;
		LockSupport.unpark(thread);
	}

	/** Called by a loop's owner behind a fence, when callbacks begin. */
	void wakeIfParked() {
		if (parked) {
			wake();
		}
	}

	/** Has the watchdog look soon, also for what a loop's owner does not show. */
	void wake() {
		parked = false;
		LockSupport.unpark(thread);
	}

	boolean isParked() {
		return parked;
	}

	/** Returns how often it has looked. */
	long ticks() {
		return ticks;
	}

	@Override
	public void run() {
		while (!stopped) {
			try {
				look();
			} catch (Throwable failure) {
				EngineLog.error(Trouble.NOT_WATCHED, failure);
				LockSupport.parkNanos(tickNanos);
			}
		}
	}

	/** Looks once at everything, and waits until it has to look again. */
	private void look() {
		ticks++;
		long now = System.nanoTime();
		long due = Long.MAX_VALUE;
		int begun = 0;
		boolean suspects = false;
		for (int at = 0; at < seen.length; at++) {
			Loop loop = loops.get(at);
			suspects |= look(at, loop, now);
			due = Math.min(due, warnStrays(loop, now));
			begun += loop.watch.batches();
		}
		boolean quiet = begun == batches;
		batches = begun;
		if (quiet) {
			park(due, suspects);
		} else {
			// The second look comes sooner, because every other session waits for it.
			LockSupport.parkNanos(this, suspects ? tickNanos / 2 : tickNanos);
		}
	}

	/** Returns whether a callback was seen for the first time. */
	private boolean look(int at, Loop loop, long now) {
		long word = loop.ownership.current();
		if (word != seen[at] || !LoopOwnership.isInCallback(word)) {
			seen[at] = word;
			sinceNanos[at] = now;
			return LoopOwnership.isInCallback(word);
		}
		if (loop.watch.place().isTakenOver() && loop.takeOver(word)) {
			return false;
		}
		if (warned[at] != word && now - sinceNanos[at] >= warnAfterNanos) {
			warned[at] = word;
			loop.warnOfOwner(word, warnAfterNanos);
		}
		return false;
	}

	/** Returns in how many nanoseconds the next warning is due. */
	private long warnStrays(Loop loop, long now) {
		long due = Long.MAX_VALUE;
		for (Stray stray : loop.strays()) {
			long left = stray.dueInNanos(now, warnAfterNanos);
			if (left <= 0) {
				loop.warnOf(stray, warnAfterNanos);
			} else {
				due = Math.min(due, left);
			}
		}
		return due;
	}

	/** Parks unless callbacks run; the other side of this is {@link LoopWatch}. */
	private void park(long dueNanos, boolean suspects) {
		parked = true;
		VarHandle.fullFence();
		if (isAnyRunning() && !stopped) {
			parked = false;
			LockSupport.parkNanos(this, suspects ? tickNanos / 2 : tickNanos);
		} else if (!stopped) {
			parkUntilWoken(dueNanos);
		}
	}

	private void parkUntilWoken(long dueNanos) {
		if (dueNanos == Long.MAX_VALUE) {
			LockSupport.park(this);
		} else {
			LockSupport.parkNanos(this, dueNanos);
		}
		parked = false;
	}

	private boolean isAnyRunning() {
		for (int at = 0; at < seen.length; at++) {
			if (loops.get(at).watch.isRunning()) {
				return true;
			}
		}
		return false;
	}
}
