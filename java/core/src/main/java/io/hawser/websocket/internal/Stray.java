package io.hawser.websocket.internal;

/**
 * A carrier that another one has taken the loop from, from the callback it was in to the end of its session's mailbox.
 * Says how long its present callback has lasted. Knows no loop.
 *
 * <p><b>Threads:</b> made by who takes the loop over, then written by the carrier; anybody may read.
 */
final class Stray {
	final Thread thread;
	/** {@code null} for an HTTP request, and for what is logged. */
	final NativeSession session;
	final HandlerPlacement place;
	/** Callbacks begun since the loop was lost, with the one that lost it. */
	private volatile int callbacks = 1;
	private volatile boolean inCallback = true;
	private volatile long sinceNanos;
	private volatile boolean over;
	/** The last callback that was warned of. Owned by the watchdog. */
	private int warned;

	Stray(Thread thread, NativeSession session, HandlerPlacement place, long nowNanos) {
		this.thread = thread;
		this.session = session;
		this.place = place;
		this.sinceNanos = nowNanos;
	}

	/** Called by the carrier before a callback. */
	void enter() {
		sinceNanos = System.nanoTime();
		callbacks++;
		inCallback = true;
	}

	/** Called by the carrier after a callback. */
	void leave() {
		inCallback = false;
	}

	/** Called by the carrier when it has nothing left to do for its session, or in its place if it has not lost the loop. */
	void end() {
		over = true;
	}

	boolean isOver() {
		return over;
	}

	/**
	 * Returns in how many nanoseconds the next warning may be due, if the present callback does not return or the next one
	 * begins now and does not; {@code Long.MAX_VALUE} when it is over. So nobody need be told of callbacks as they begin.
	 */
	long dueInNanos(long nowNanos, long limitNanos) {
		if (over) {
			return Long.MAX_VALUE;
		}
		return !inCallback || warned == callbacks ? limitNanos : limitNanos - (nowNanos - sinceNanos);
	}

	/** Returns the stack of the present callback for its one warning; {@code null} if it has just ended. */
	StackTraceElement[] stackOnce() {
		int callback = callbacks;
		StackTraceElement[] stack = thread.getStackTrace();
		if (!inCallback || callback != callbacks) {
			return null;
		}
		warned = callback;
		return stack;
	}
}
