package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A mailbox that one carrier leaves at the moment at which another one, which has taken the loop over, delivers to it. */
class MailboxHandOverTests {
	private static final int ROUNDS = 3_000;

	private final LoopOwnership ownership = new LoopOwnership();
	private final HandlerPlacement place = new HandlerPlacement("", HandlerMode.ADAPTIVE, Runnable::run, 1, false);
	private final LoopWatch watch = new LoopWatch(new Watchdog(0, new PumpSettings(), Runnable::run));
	private final Tenure loser = new Tenure(ownership, watch, 0);
	private final Tenure winner = new Tenure(ownership, watch, 0);
	private final Recorder recorder = new Recorder();
	private final Mailbox mailbox = new Mailbox(recorder, place, 100);
	private volatile int round;
	private volatile int entered;
	private volatile int released;
	private volatile int left;

	/** Counts in plain fields; a first delivery of each round stays until it is released. */
	private final class Recorder implements Mailbox.Receiver {
		private final AtomicBoolean inside = new AtomicBoolean();
		private boolean overlapped;
		private boolean disordered;
		private int last;
		private volatile int received;

		@Override
		public void receive(Object content) {
			overlapped |= !inside.compareAndSet(false, true);
			int number = (int) content;
			disordered |= number != last + 1;
			last = number;
			if (number % 2 == 1) {
				entered = round;
				while (released != round) {
					Thread.onSpinWait();
				}
			}
			inside.set(false);
			received = number;
		}

		@Override
		public void consumed(int bytes) {
			// Not counted here.
		}
	}

	/** The carrier that is always blocked: delivers the first message of each round. */
	private void beBlocked() {
		for (int i = 1; i <= ROUNDS; i++) {
			while (round != i) {
				Thread.onSpinWait();
			}
			mailbox.deliver(2 * i - 1, 0, loser);
			loser.retire();
			left = i;
		}
	}

	@Test
	@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void nothingIsLostAndNothingOverlaps() throws Exception {
		Thread blocked = new Thread(this::beBlocked);
		blocked.setDaemon(true);
		blocked.start();
		for (int i = 1; i <= ROUNDS; i++) {
			loser.begin(ownership.current(), 0);
			round = i;
			while (entered != i) {
				Thread.onSpinWait();
			}
			loser.offer(new Stray(blocked, null, place, 0));
			long number = ownership.takeOver(ownership.current());
			assertTrue(number >= 0);
			winner.begin(number, 0);
			released = i;
			for (int spins = i % 100; spins > 0; spins--) {
				Thread.onSpinWait();
			}
			mailbox.deliver(2 * i, 0, winner);
			assertTrue(winner.isDriving());
			while (recorder.received != 2 * i || left != i) {
				Thread.onSpinWait();
			}
		}
		assertEquals(2 * ROUNDS, recorder.last);
		assertFalse(recorder.overlapped);
		assertFalse(recorder.disordered);
	}
}
