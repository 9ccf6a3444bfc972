package io.hawser.websocket.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A daemon thread that drives a loop: turn, deliver the batch, until the loop has stopped or another carrier has taken it
 * over from a callback that does not return. Then it ends that callback's session's mailbox in order, and waits to be told
 * to drive again. Knows no events and no callbacks.
 *
 * <p>Whatever is thrown while an event is delivered ends that event's session, never this.
 */
final class Carrier implements Runnable {
	/** Turns that may fail one after the other before the loop counts as broken. */
	private static final int MAX_FAILED_TURNS = 10;

	/** Pause before what memory was too short for is tried again. */
	private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

	/** Tells carriers from all other threads without a look at thread locals. */
	private static final class CarrierThread extends Thread {
		private final Carrier carrier;
		/** Made by the first send: what fails before this thread drives would leave the loop with nobody. */
		private TextBuffer textBuffer;

		CarrierThread(Carrier carrier, String name) {
			super(null, carrier, name, 0, false);
			this.carrier = carrier;
			setDaemon(true);
		}

		/** Called on this thread alone. */
		TextBuffer textBuffer() {
			if (textBuffer == null) {
				textBuffer = TextBuffer.ofCurrentThread();
			}
			return textBuffer;
		}
	}

	private final Loop loop;
	private final CarrierThread thread;
	private final Tenure tenure;
	/** Made beforehand: where memory has run out, a loop must not be left without a carrier. */
	private final Runnable life = this::live;
	private final Consumer<NativeSession> endSession = this::endSession;
	/** What it is to drive with. Written before {@link #toldToDrive}. */
	private long number;
	private long epoch;
	private volatile boolean toldToDrive;
	/** Nobody will tell it to drive any more. Confined to its thread. */
	private boolean dismissed;

	Carrier(Loop loop, String suffix) {
		this.loop = loop;
		this.tenure = new Tenure(loop.ownership, loop.watch, loop.index);
		this.thread = new CarrierThread(this, "hawser-" + loop.engine.port() + "-loop-" + loop.index + suffix);
	}

	/**
	 * Called by who is about to wait for something that the engine may have to bring about. If the current thread drives a
	 * loop and is in a callback, in whatever mode, another carrier drives on from here; a second call in the same callback
	 * does nothing.
	 *
	 * @return whether the caller may wait; {@code false} if it drives a loop and no thread can be had that would take over
	 */
	static boolean aboutToBlock() {
		return !(Thread.currentThread() instanceof CarrierThread current) || current.carrier.handOver();
	}

	/** Returns the buffer for texts of the current thread; {@code null} if it is no carrier, or cannot have one. */
	static TextBuffer textBuffer() {
		return Thread.currentThread() instanceof CarrierThread current ? current.textBuffer() : null;
	}

	private boolean handOver() {
		if (!tenure.isDriving()) {
			return true;
		}
		try {
			return loop.takeOver(tenure.callback()) || loop.ownership.current() > tenure.callback();
		} catch (Throwable noMemory) {
			EngineLog.error(Trouble.NO_CARRIER, noMemory);
			return false;
		}
	}

	Thread thread() {
		return thread;
	}

	Tenure tenure() {
		return tenure;
	}

	/** Tells this carrier to drive from now on. */
	void drive(long number, long epoch) {
		this.number = number;
		this.epoch = epoch;
		toldToDrive = true;
		LockSupport.unpark(thread);
	}

	boolean isToldToDrive() {
		return toldToDrive;
	}

	/** Comes back whatever is thrown: who takes the loop over counts on this thread, also before it drives. */
	@Override
	public void run() {
		while (!dismissed) {
			loop.engine.callbackThreads().run(life);
		}
	}

	private void live() {
		rehearse();
		while (loop.spares.awaitDrive(this)) {
			toldToDrive = false;
			tenure.begin(number, epoch);
			try {
				drive();
			} finally {
				yieldLoop();
			}
		}
		dismissed = true;
	}

	/** The first carrier of a loop begins while there is memory, and prepares the sends of all. */
	private void rehearse() {
		if (toldToDrive && number == LoopOwnership.FIRST) {
			TextBuffer.rehearse(textBuffer());
		}
	}

	/** Called when the loop has stopped or was lost. */
	private void yieldLoop() {
		try {
			if (tenure.isDriving()) {
				tenure.end();
				loop.ended();
			} else {
				tenure.retire();
			}
		} finally {
			loop.spares.giveBack(this);
		}
	}

	/** Drives until the loop has stopped or was lost. Sessions that are left at the end are those of a broken loop. */
	private void drive() {
		try {
			loop.delivery.takenOver();
			tenure.driveOnly(loop.spares.areUsedUp());
			deliverRest();
			while (tenure.isDriving() && turn()) {
				deliverRest();
			}
		} catch (Throwable broken) {
			if (tenure.isDriving()) {
				stopEngine(broken);
			} else {
				EngineLog.error(Trouble.CALLBACKS_ENDED, broken);
			}
		}
		if (tenure.isDriving()) {
			loop.delivery.ofNoEvent();
			loop.sessions.forEach(endSession);
		}
	}

	private void stopEngine(Throwable broken) {
		try {
			loop.engine.loopBroken(broken);
		} catch (Throwable noMemory) {
			// Of senders that were not released here each one is by its session's end.
			EngineLog.error(Trouble.LOOP_BROKEN, noMemory);
		}
	}

	private void endSession(NativeSession session) {
		if (tenure.isDriving()) {
			loop.delivery.end(session, tenure);
		}
	}

	/** Makes a turn and stands before its first event; {@code false} if the loop has stopped. Throws if it is broken. */
	private boolean turn() {
		loop.watch.end();
		int failed = 0;
		while (true) {
			try {
				int count = NativeEngine.turn(loop.engine.id(), loop.index, epoch);
				tenure.driveOnly(loop.spares.areUsedUp());
				loop.events.reset(Math.max(count, 0));
				return count >= 0;
			} catch (IllegalStateException broken) {
				throw broken;
			} catch (OutOfMemoryError shortage) {
				pause();
			} catch (Throwable failure) {
				if (++failed == MAX_FAILED_TURNS) {
					throw failure;
				}
				EngineLog.error(Trouble.TURN_FAILED, failure);
			}
		}
	}

	/** Delivers what is left of the batch, as long as the loop is ours; what cannot be delivered keeps nothing behind it. */
	private void deliverRest() {
		while (tenure.isDriving() && loop.events.next()) {
			try {
				deliver();
			} catch (Throwable failure) {
				EngineLog.error(Trouble.EVENT_LOST, failure);
			}
		}
	}

	private void deliver() {
		try {
			loop.delivery.deliver(tenure);
		} catch (Throwable failure) {
			failed(failure);
		}
	}

	private void failed(Throwable failure) {
		tenure.leaveIfInside();
		if (tenure.isDriving()) {
			loop.delivery.undeliverable(failure, tenure);
		} else {
			EngineLog.error(Trouble.DELIVERY_FAILED, failure);
		}
	}

	/** Waits for memory to come back; parks, because to sleep may take memory itself. */
	static void pause() {
		// An interrupt means nothing to a carrier, and would end the wait.
		Thread.interrupted();
		LockSupport.parkNanos(PAUSE_NANOS);
	}
}
