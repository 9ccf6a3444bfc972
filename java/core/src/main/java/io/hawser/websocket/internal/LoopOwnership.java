package io.hawser.websocket.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Who drives a loop, as one word: its lowest bit says that the owner is in a callback, the rest grows with each callback
 * and each take-over. Knows no threads and no events.
 *
 * <p>An owner's number is even. With {@code n} it enters a callback by storing {@code n + 1}, and leaves it by exchanging
 * {@code n + 1} for {@code n + 2}. Who takes the loop over makes the same exchange: one of them wins, and what the owner
 * wrote before it entered is visible to the one who has won. No number comes again, so a late exchange always fails.
 */
final class LoopOwnership {
	/** The number of the first owner. */
	static final long FIRST = 0;

	private static final VarHandle WORD;

	static {
		try {
			WORD = MethodHandles.lookup().findVarHandle(LoopOwnership.class, "word", long.class);
		} catch (ReflectiveOperationException e) {
			throw new ExceptionInInitializerError(e);
		}
	}

	@SuppressWarnings("unused") // by its handle
	private long word = FIRST;

	/** Returns the word; what the owner wrote before it entered the callback of that word is then visible. */
	long current() {
		return (long) WORD.getAcquire(this);
	}

	/** Returns whether a word says that its owner is in a callback. */
	static boolean isInCallback(long word) {
		return (word & 1) != 0;
	}

	/** Called by the owner before a callback. */
	void enter(long owner) {
		WORD.setRelease(this, owner + 1);
	}

	/** Called after the callback; returns the number under which the caller goes on, or -1 if it has lost the loop. */
	long leave(long owner) {
		return WORD.compareAndSet(this, owner + 1, owner + 2) ? owner + 2 : -1;
	}

	/** Takes the loop from who is in the callback {@code seen}; returns the new owner's number, or -1 if it is too late. */
	long takeOver(long seen) {
		return isInCallback(seen) && WORD.compareAndSet(this, seen, seen + 1) ? seen + 1 : -1;
	}
}
