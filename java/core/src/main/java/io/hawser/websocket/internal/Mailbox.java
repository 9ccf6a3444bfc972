package io.hawser.websocket.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;

/**
 * The turn-taking of one connection: deliveries one at a time, in order, each seeing what the one before has written.
 * Knows neither messages nor handlers.
 *
 * <p><b>Threads:</b> only the driving carrier calls {@link #deliver}. Whoever sets the word from idle to running owns the
 * queue's head until it sets the word back, and must look at the queue once more after that.
 * <p>Without workers the carrier itself runs what it delivers, at once and without a queue entry; the queue then serves
 * only when somebody else is running this mailbox.
 */
final class Mailbox implements Runnable {
	/** What a mailbox delivers to; never called by two threads at once. */
	interface Receiver {
		/** Takes one delivery. What it throws is logged and goes no further. */
		void receive(Object content);

		/** Gives back inbound window. */
		void consumed(int bytes);
	}

	/** Deliveries after which a worker lets others run first. */
	static final int DELIVERIES_PER_RUN = 64;

	private static final int IDLE = 0;
	private static final int RUNNING = 1;

	private static final VarHandle WORD;

	static {
		try {
			WORD = MethodHandles.lookup().findVarHandle(Mailbox.class, "word", int.class);
		} catch (ReflectiveOperationException e) {
			throw new ExceptionInInitializerError(e);
		}
	}

	private final Receiver receiver;

	/** Runs this mailbox; {@code null}: the carrier does. */
	private final Executor workers;

	/** Credit is given back in batches of this many bytes: half the inbound window. */
	private final int creditBatchBytes;

	private volatile int word = IDLE;

	/** Last delivery taken; its successor is the next one. Owned by whoever is running. */
	private Delivery head = new Delivery(null, 0);

	/** Last delivery put in. Owned by the driving carrier. */
	private Delivery tail = head;

	/** Finished bytes not yet given back; below {@link #creditBatchBytes}. Owned by whoever is running. */
	private int finishedBytes;

	Mailbox(Receiver receiver, Executor workers, int windowBytes) {
		this.receiver = receiver;
		this.workers = workers;
		this.creditBatchBytes = Math.max(1, windowBytes / 2);
	}

	/** Delivers {@code content} after all that was delivered before it. */
	void deliver(Object content, int costBytes) {
		if (workers == null && head.next() == null && enter()) {
			receive(content, costBytes);
			if (!leave()) {
				run();
			}
			return;
		}
		Delivery delivery = new Delivery(content, costBytes);
		tail.link(delivery);
		tail = delivery;
		if (enter() && !schedule()) {
			run();
		}
	}

	/** Runs deliveries; the word has been set to running for this call. */
	@Override
	public void run() {
		int left = DELIVERIES_PER_RUN;
		while (true) {
			Delivery delivery = head.next();
			if (delivery == null) {
				if (leave()) {
					return;
				}
				continue;
			}
			if (left-- == 0) {
				if (schedule()) {
					return;
				}
				left = DELIVERIES_PER_RUN - 1;
			}
			head = delivery;
			receive(delivery.take(), delivery.costBytes);
		}
	}

	private void receive(Object content, int costBytes) {
		// Whatever left here would leave the word at running for ever, and so the connection without callbacks.
		try {
			receiver.receive(content);
		} catch (Throwable failure) {
			EngineLog.error(Trouble.DELIVERY_FAILED, failure);
		}
		finishedBytes += costBytes;
		if (costBytes == 0 || finishedBytes < creditBatchBytes) {
			return;
		}
		try {
			receiver.consumed(finishedBytes);
			finishedBytes = 0;
		} catch (Throwable failure) {
			EngineLog.error(Trouble.CREDIT_KEPT, failure);
		}
	}

	private boolean enter() {
		return word == IDLE && WORD.compareAndSet(this, IDLE, RUNNING);
	}

	/** Sets the word to idle; {@code false} if a delivery came meanwhile and this thread has to go on. */
	private boolean leave() {
		Delivery last = head;
		word = IDLE;
		return last.next() == null || !enter();
	}

	/** Hands the running mailbox to a worker; {@code false} if this thread has to run it itself. */
	private boolean schedule() {
		if (workers == null) {
			return false;
		}
		try {
			workers.execute(this);
			return true;
		} catch (Throwable noThread) {
			EngineLog.error(Trouble.NO_WORKER, noThread);
			return false;
		}
	}
}
