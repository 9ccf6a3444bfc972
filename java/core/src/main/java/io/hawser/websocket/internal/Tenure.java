package io.hawser.websocket.internal;

/**
 * One carrier's hold on its loop: says whether it still drives, around each callback. Knows no events and no mailboxes.
 *
 * <p><b>Threads:</b> confined to the carrier, but for {@link #offer}. Whoever has lost the loop must not touch what belongs
 * to its owner: batch, arena, session table, and the tails of mailboxes.
 */
final class Tenure {
	private final LoopOwnership ownership;
	private final LoopWatch watch;
	private final int loop;
	/** Our number while we are outside of callbacks. */
	private long number;
	private long epoch;
	private boolean driving;
	/** No other carrier is left to take the loop over: callbacks must not run here. */
	private boolean driveOnly;
	/** What is to be ours if the loop is taken from us. */
	private volatile Stray offered;
	/** Set while we have lost the loop and are not done with our session. */
	private Stray stray;

	Tenure(LoopOwnership ownership, LoopWatch watch, int loop) {
		this.ownership = ownership;
		this.watch = watch;
		this.loop = loop;
	}

	/** Begins to drive, with the number and the epoch that the loop was taken over with. */
	void begin(long number, long epoch) {
		this.number = number;
		this.epoch = epoch;
		this.driving = true;
	}

	/** Ends to drive; nobody else does after that. */
	void end() {
		driving = false;
	}

	boolean isDriving() {
		return driving;
	}

	long epoch() {
		return epoch;
	}

	void driveOnly(boolean driveOnly) {
		this.driveOnly = driveOnly;
	}

	/** Returns whether a callback of this handler may run on this carrier now. */
	boolean takes(HandlerPlacement place) {
		return place.runsOnCarrier() && !driveOnly;
	}

	/** Called before each callback. From now until {@link #leave} the loop may be taken over. */
	void enter(HandlerPlacement place) {
		if (driving) {
			place.count(loop);
			watch.callback(place);
			ownership.enter(number);
		} else {
			stray.enter();
		}
	}

	/** Called after each callback; returns whether this carrier still drives. */
	boolean leave() {
		if (driving) {
			long next = ownership.leave(number);
			if (next >= 0) {
				number = next;
				return true;
			}
			driving = false;
			stray = offered;
		}
		stray.leave();
		return false;
	}

	/** Leaves the callback that an error has thrown us out of, if there is one. */
	void leaveIfInside() {
		if (driving && ownership.current() != number) {
			leave();
		}
	}

	/** Runs foreign code that is of no session's mailbox: here, or on a worker if it may not run here. */
	void run(HandlerPlacement place, Runnable code) {
		if (!takes(place)) {
			try {
				place.workers().execute(code);
				return;
			} catch (Throwable noThread) {
				EngineLog.error(Trouble.NO_WORKER, noThread);
			}
		}
		enter(place);
		try {
			code.run();
		} finally {
			leave();
		}
	}

	/** Called when this carrier has lost the loop and has nothing left to do for its session. */
	void retire() {
		if (stray != null) {
			stray.end();
			stray = null;
		}
	}

	/** Called by who is about to take the loop over, one at a time: {@code stray} counts if that succeeds. */
	void offer(Stray stray) {
		offered = stray;
	}

	/** Returns the ownership's word while this carrier is in a callback; no take-over from it succeeds at another time. */
	long callback() {
		return number + 1;
	}
}
