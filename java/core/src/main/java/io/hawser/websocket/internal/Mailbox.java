package io.hawser.websocket.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The turn-taking of one connection: deliveries one at a time, in order, each seeing what the one before has written.
 * Knows neither messages nor handlers.
 *
 * <p><b>Threads:</b> only the carrier that drives the loop calls {@link #deliver}. Whoever has set the word from idle owns
 * the queue's head until it sets the word to idle again, and touches nothing after that. So where the driving carrier finds
 * the word idle, nobody else is here and the queue is empty: it runs the delivery itself, without the queue and with plain
 * stores. If the loop is taken over meanwhile, the new owner sees a word that is not idle, and queues.
 */
final class Mailbox implements Runnable {
	/** What a mailbox delivers to; never called by two threads at once. */
	interface Receiver {
		/** Takes one delivery. What it throws is logged and goes no further. */
		void receive(Object content);

		/** Gives back inbound window. */
		void consumed(int bytes);
	}

	/** Deliveries after which workers go on, so that others run first. */
	static final int DELIVERIES_PER_RUN = 64;

	private static final int IDLE = 0;
	/** Somebody runs it, or will, and has to look at the queue again before it ends. */
	private static final int RUNNING = 1;
	/** As {@link #RUNNING}, and something was queued since. */
	private static final int QUEUED = 2;

	private static final VarHandle WORD;

	static {
		try {
			WORD = MethodHandles.lookup().findVarHandle(Mailbox.class, "word", int.class);
		} catch (ReflectiveOperationException e) {
			throw new ExceptionInInitializerError(e);
		}
	}

	private final Receiver receiver;
	private final HandlerPlacement place;

	/** Credit is given back in batches of this many bytes: half the inbound window. */
	private final int creditBatchBytes;

	@SuppressWarnings("unused") // by its handle
	private int word = IDLE;

	/** Last delivery taken; its successor is the next one. Owned by whoever is running. */
	private Delivery head = new Delivery(null, 0);

	/** Last delivery put in. Owned by the driving carrier. */
	private Delivery tail = head;

	/** Finished bytes not yet given back; below {@link #creditBatchBytes}. Owned by whoever is running. */
	private int finishedBytes;

	Mailbox(Receiver receiver, HandlerPlacement place, int windowBytes) {
		this.receiver = receiver;
		this.place = place;
		this.creditBatchBytes = Math.max(1, windowBytes / 2);
	}

	/** Delivers {@code content} after all that was delivered before it. The caller may have lost its loop afterwards. */
	void deliver(Object content, int costBytes, Tenure tenure) {
		if (!tenure.takes(place) || (int) WORD.getAcquire(this) != IDLE) {
			queue(content, costBytes, tenure);
			return;
		}
		WORD.set(this, RUNNING);
		tenure.enter(place);
		receive(content, costBytes);
		if (tenure.leave() && (int) WORD.get(this) == RUNNING) {
			WORD.set(this, IDLE);
		} else {
			drain(tenure);
		}
	}

	private void queue(Object content, int costBytes, Tenure tenure) {
		Delivery delivery = new Delivery(content, costBytes);
		tail.link(delivery);
		tail = delivery;
		if ((int) WORD.getAndSet(this, QUEUED) == IDLE && !schedule()) {
			drain(tenure);
		}
	}

	/** Runs what is queued, on a worker; the word is not idle for this call. */
	@Override
	public void run() {
		drain(null);
	}

	/** Runs what is queued, on a carrier with its tenure, or on a worker with none. */
	private void drain(Tenure tenure) {
		int left = DELIVERIES_PER_RUN;
		while (true) {
			Delivery delivery = head.next();
			if (delivery == null) {
				if (WORD.compareAndSet(this, RUNNING, IDLE)) {
					return;
				}
				// Before the queue is looked at again: what is queued after that sets the word once more.
				WORD.setVolatile(this, RUNNING);
				continue;
			}
			if (left-- == 0) {
				if (schedule()) {
					return;
				}
				left = DELIVERIES_PER_RUN - 1;
			}
			head = delivery;
			if (tenure != null) {
				tenure.enter(place);
			}
			receive(delivery.take(), delivery.costBytes);
			if (tenure != null) {
				tenure.leave();
			}
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

	/** Hands the mailbox to a worker, with all rights to it; {@code false} if this thread has to run it itself. */
	private boolean schedule() {
		try {
			place.workers().execute(this);
			return true;
		} catch (Throwable noThread) {
			EngineLog.error(Trouble.NO_WORKER, noThread);
			return false;
		}
	}
}
