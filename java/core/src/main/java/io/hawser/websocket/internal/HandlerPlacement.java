package io.hawser.websocket.internal;

import io.hawser.websocket.HandlerMode;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Where the callbacks of one handler object run, on carriers or on workers, and how often carriers were blocked in them.
 * One that blocks often is moved to the workers for good. Knows no sessions.
 *
 * <p><b>Threads:</b> calls are counted by each loop's owner in a place of its own. A loop that reads an old
 * {@link #runsOnCarrier} costs one more take-over at worst.
 */
final class HandlerPlacement {
	/** Take-overs within {@link #PERIOD_NANOS} from which on a handler may be moved. */
	static final int TAKE_OVERS = 50;

	/** They must be at least one in so many of its calls: 0.5 %. */
	static final int CALLS_PER_TAKE_OVER = 200;

	private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

	/** Numbers between the counters of two loops, so that they are not in one cache line. */
	private static final int STRIDE = 16;

	/** Not the handler itself: a placement must not keep it alive. */
	private final String name;
	private final HandlerMode mode;
	private final Executor workers;
	private final boolean movable;
	private final long[] calls;
	/** When the last take-overs were, and how many calls there had been; a ring. */
	private final long[] takenOverAt = new long[TAKE_OVERS];
	private final long[] callsThen = new long[TAKE_OVERS];
	private long takeOvers;
	/** Why it was moved. */
	private long movedAmong;
	private long movedNanos;
	private boolean runsOnCarrier;

	/**
	 * Places a handler by its mode.
	 * @param handler is named in the log; {@code null} for the engine's own work
	 * @param movable whether a handler in mode ADAPTIVE may be moved to the workers
	 */
	HandlerPlacement(Object handler, HandlerMode mode, Executor workers, int loops, boolean movable) {
		this.name = handler == null ? "the engine's log" : handler.getClass().getName();
		this.mode = mode;
		this.workers = workers;
		this.movable = movable && mode == HandlerMode.ADAPTIVE;
		this.calls = new long[(loops + 1) * STRIDE];
		this.runsOnCarrier = mode != HandlerMode.WORKERS;
	}

	boolean runsOnCarrier() {
		return runsOnCarrier;
	}

	/** Returns whether the watchdog hands a loop on when a callback does not return. */
	boolean isTakenOver() {
		return mode == HandlerMode.ADAPTIVE;
	}

	Executor workers() {
		return workers;
	}

	/** Counts a call by the owner of a loop. */
	void count(int loop) {
		calls[(loop + 1) * STRIDE]++;
	}

	/** Returns the calls of all loops; those of other loops as they were a moment ago. */
	long calls() {
		long sum = 0;
		for (int at = STRIDE; at < calls.length; at += STRIDE) {
			sum += calls[at];
		}
		return sum;
	}

	/**
	 * Notes that a loop had to be taken from a callback of this handler; returns whether that has moved the handler, which the
	 * caller then logs.
	 */
	synchronized boolean takenOver(long nowNanos) {
		if (!movable || !runsOnCarrier) {
			return false;
		}
		long all = calls();
		takenOverAt[(int) (takeOvers % TAKE_OVERS)] = nowNanos;
		callsThen[(int) (takeOvers % TAKE_OVERS)] = all;
		takeOvers++;
		if (takeOvers < TAKE_OVERS) {
			return false;
		}
		int first = (int) (takeOvers % TAKE_OVERS);
		long nanos = nowNanos - takenOverAt[first];
		long among = all - callsThen[first] + 1;
		if (nanos > PERIOD_NANOS || among > (long) TAKE_OVERS * CALLS_PER_TAKE_OVER) {
			return false;
		}
		runsOnCarrier = false;
		movedAmong = among;
		movedNanos = nanos;
		return true;
	}

	/** Returns why it was moved, for the log. */
	synchronized String whyMoved() {
		return String.format(Locale.ROOT, "%s now runs on workers for good: %d of its last %d callbacks on the engine's loops, in "
				+ "%d ms, blocked, and other threads had to take the loops over; set HandlerMode.WORKERS to have it there from the "
				+ "start", this, TAKE_OVERS, movedAmong, TimeUnit.NANOSECONDS.toMillis(movedNanos));
	}

	/** Returns the handler's class, for the log. */
	@Override
	public String toString() {
		return name;
	}
}
