package io.hawser.websocket.internal;

import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks every tick, about two milliseconds, whether a loop's carrier is still in the callback it was in the last time, and
 * then has the loop taken over. It counts its own looks, not the time: while the whole JVM stands still it looks at nothing.
 * Where no callbacks run it is parked.
 *
 * <p>The second look comes after half a tick where a callback may well be blocked: not where the loop makes many of them.
 * Nothing makes two looks follow each other sooner: the carrier may not have had a processor in between. While all loops make
 * many callbacks and none was taken over lately, a look comes every second tick: each costs the loops as much as some messages.
 * A look allocates nothing unless it finds something.
 *
 * <p>Who is in one callback for a longer time, ten seconds, is named in a warning with its stack, once.
 */
final class Watchdog implements Runnable {
	/** What an ownership's word grows by in so many callbacks since the last look that the present one is hardly blocked. */
	private static final long MANY_CALLBACKS = 64 * 2;

	/** Half ticks until the next look: a callback may be blocked. */
	static final int SOON = 1;
	/** Half ticks until the next look as a rule. */
	static final int LATER = 2;
	/** Half ticks until the next look while nothing seems to block. */
	static final int MUCH_LATER = 4;

	/** Looks after a take-over for which the second one comes sooner all the same: who has blocked may do so again. */
	private static final int HURRIED_LOOKS = 100;

	private final String name;
	private final Executor workers;
	private final long tickNanos;
	private final long warnAfterNanos;
	private Loop[] loops = {};
	private long[] seen;
	private long[] sinceNanos;
	private long[] warned;
	/** Until which look a loop's callbacks are looked at sooner. */
	private long[] hurriedUntil;
	private int batches;
	private volatile Thread thread;
	private volatile boolean parked;
	private volatile boolean stopped;
	private volatile long ticks;

	/** @param workers where it logs, for a logger may block */
	Watchdog(int port, PumpSettings settings, Executor workers) {
		this.workers = workers;
		this.name = "hawser-" + port + "-watchdog";
		this.tickNanos = settings.watchdogTick.toNanos();
		this.warnAfterNanos = settings.warnOfBlocked.toNanos();
	}

	/** Returns the thread that watches these loops, to be started. */
	Thread thread(List<Loop> loops) {
		this.loops = loops.toArray(Loop[]::new);
		this.seen = new long[loops.size()];
		this.sinceNanos = new long[loops.size()];
		this.warned = new long[loops.size()];
		this.hurriedUntil = new long[loops.size()];
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
			parked = false;
			LockSupport.unpark(thread);
		}
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
				EngineLog.errorAside(workers, Trouble.NOT_WATCHED, failure);
				pause(tickNanos);
			}
		}
	}

	/** Looks once at everything, and waits until it has to look again. */
	private void look() {
		ticks++;
		long now = System.nanoTime();
		int begun = 0;
		int halfTicks = MUCH_LATER;
		for (int at = 0; at < loops.length; at++) {
			halfTicks = Math.min(halfTicks, look(at, loops[at], now));
			warnStrays(loops[at], now);
			begun += loops[at].watch.batches();
		}
		boolean quiet = begun == batches;
		batches = begun;
		if (!quiet || !park()) {
			// The second look comes sooner, because every other session waits for it.
			pause(tickNanos / 2 * halfTicks);
		}
	}

	/** Returns after how many half ticks this loop is to be looked at again. */
	private int look(int at, Loop loop, long now) {
		long word = loop.ownership.current();
		long grown = word - seen[at];
		if (grown != 0 || !LoopOwnership.isInCallback(word)) {
			seen[at] = word;
			sinceNanos[at] = now;
			boolean mayBlock = LoopOwnership.isInCallback(word) && loop.watch.place().isTakenOver();
			return nextLook(grown, mayBlock, ticks < hurriedUntil[at]);
		}
		if (loop.watch.place().isTakenOver() && loop.takeOver(word)) {
			hurriedUntil[at] = ticks + HURRIED_LOOKS;
			return LATER;
		}
		if (warned[at] != word && now - sinceNanos[at] >= warnAfterNanos) {
			warned[at] = word;
			loop.warnOfOwner(word, warnAfterNanos);
		}
		return LATER;
	}

	/**
	 * Returns after how many half ticks a loop is to be looked at again whose callback, if any, was seen for the first time.
	 * @param grown by how much its ownership's word has grown since the last look
	 * @param mayBlock whether it is in a callback of which it may be taken over
	 * @param hurried whether it was taken over lately
	 */
	static int nextLook(long grown, boolean mayBlock, boolean hurried) {
		boolean busy = grown >= MANY_CALLBACKS && !hurried;
		return busy ? MUCH_LATER : mayBlock ? SOON : LATER;
	}

	private void warnStrays(Loop loop, long now) {
		for (Stray stray : loop.strays()) {
			if (stray.dueInNanos(now, warnAfterNanos) <= 0) {
				loop.warnOf(stray, warnAfterNanos);
			}
		}
	}

	/** Returns in how many nanoseconds the next warning of a stray may be due, also of a callback that is yet to begin. */
	private long dueInNanos() {
		long now = System.nanoTime();
		long due = Long.MAX_VALUE;
		for (Loop loop : loops) {
			for (Stray stray : loop.strays()) {
				due = Math.min(due, stray.dueInNanos(now, warnAfterNanos));
			}
		}
		return due;
	}

	/** Parks unless callbacks run, and returns whether it has; the other side of this is {@link LoopWatch}. */
	private boolean park() {
		parked = true;
		VarHandle.fullFence();
		boolean parks = !isAnyRunning() && !stopped;
		if (parks) {
			// Behind that look: the strays of a loop that is at the end of its batch are seen here.
			long due = dueInNanos();
			if (due == Long.MAX_VALUE) {
				LockSupport.park(this);
			} else {
				LockSupport.parkNanos(this, due);
			}
		}
		parked = false;
		return parks;
	}

	/** Waits so long, however often it is woken meanwhile. */
	private void pause(long nanos) {
		long until = System.nanoTime() + nanos;
		for (long left = nanos; left > 0 && !stopped; left = until - System.nanoTime()) {
			LockSupport.parkNanos(this, left);
		}
	}

	private boolean isAnyRunning() {
		for (Loop loop : loops) {
			if (loop.watch.isRunning()) {
				return true;
			}
		}
		return false;
	}
}
