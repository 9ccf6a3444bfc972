package io.hawser.websocket.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What a loop's owner shows the watchdog: that callbacks run, and which. Knows no ownership.
 *
 * <p><b>Threads:</b> written by the owner in plain mode; what was written before a callback was entered is visible to who
 * has seen the ownership's word of that callback. {@code running} and the watchdog's {@code parked} are each written, then
 * after a fence the other is read, so that a watchdog is never parked beside callbacks it does not know of.
 */
final class LoopWatch {
	private static final VarHandle RUNNING;

	static {
		try {
			RUNNING = MethodHandles.lookup().findVarHandle(LoopWatch.class, "running", boolean.class);
		} catch (ReflectiveOperationException e) {
			throw new ExceptionInInitializerError(e);
		}
	}

	private final Watchdog watchdog;
	private boolean running;
	private HandlerPlacement place;
	private int slot;
	/** Batches with callbacks so far. */
	private int batches;

	LoopWatch(Watchdog watchdog) {
		this.watchdog = watchdog;
	}

	/** Notes the connection that the next callback is about. */
	void slot(int slot) {
		this.slot = slot;
	}

	/** Called by the owner before each callback. */
	void callback(HandlerPlacement place) {
		if (this.place != place) {
			this.place = place;
		}
		if (!running) {
			begin();
		}
	}

	/** The first callback of a batch wakes the watchdog, if it sleeps. */
	private void begin() {
		batches++;
		RUNNING.setOpaque(this, true);
		VarHandle.fullFence();
		watchdog.wakeIfParked();
	}

	/** Called by the owner when its batch is at its end. */
	void end() {
		if (running) {
			RUNNING.setRelease(this, false);
		}
	}

	/** Returns whether callbacks may be running; asked behind a fence. If not, what came of those before is visible. */
	boolean isRunning() {
		return (boolean) RUNNING.getAcquire(this);
	}

	int batches() {
		return batches;
	}

	HandlerPlacement place() {
		return place;
	}

	int slot() {
		return slot;
	}
}
