package io.hawser.websocket.internal;

import io.hawser.websocket.HandlerMode;

/**
 * Goes once through everything a delivery may meet, a lost loop included, while there is memory: the first use of a variable
 * handle at each place of the code takes heap, and what that throws would leave a mailbox running for ever.
 */
final class PumpRehearsal implements Mailbox.Receiver {
	private static final Object LOSES = new Object();
	private static final Object OTHER = new Object();

	private final LoopOwnership ownership = new LoopOwnership();
	private final LoopWatch watch = new LoopWatch(new Watchdog(0, new PumpSettings(), Runnable::run));
	private final Tenure loser = new Tenure(ownership, watch, 0);
	private final Tenure winner = new Tenure(ownership, watch, 0);
	private final HandlerPlacement onCarrier = new HandlerPlacement(null, HandlerMode.ADAPTIVE, Runnable::run, 1, false);
	private final HandlerPlacement onWorkers = new HandlerPlacement(null, HandlerMode.WORKERS, Runnable::run, 1, false);
	private final Mailbox mailbox = new Mailbox(this, onCarrier, 1);

	private PumpRehearsal() {
	}

	static void run() {
		PumpRehearsal rehearsal = new PumpRehearsal();
		rehearsal.deliver();
	}

	private void deliver() {
		loser.begin(LoopOwnership.FIRST, 0);
		new Mailbox(this, onWorkers, 1).deliver(OTHER, 1, loser);
		mailbox.deliver(OTHER, 1, loser);
		loser.leaveIfInside();
		loser.run(onCarrier, new OnceTask(() -> { }));
		mailbox.deliver(LOSES, 1, loser);
		loser.retire();
		watch.end();
		watch.isRunning();
	}

	/** Loses the loop if told so, and lets the winner queue something behind that. */
	@Override
	public void receive(Object content) {
		if (content == LOSES) {
			loser.offer(new Stray(Thread.currentThread(), null, onCarrier, 0));
			winner.begin(ownership.takeOver(ownership.current()), 0);
			mailbox.deliver(OTHER, 1, winner);
		}
	}

	@Override
	public void consumed(int bytes) {
		// Nothing to give back to.
	}
}
