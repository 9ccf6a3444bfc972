package io.hawser.websocket.internal;

/** One link of a mailbox's queue: what is to be delivered, and the inbound window it occupies. Knows no order rules. */
final class Delivery {
	/** A message, exception, close status or handshake; {@code null} once taken. */
	private Object content;

	/** Bytes to give back when the callback has returned. */
	final int costBytes;

	private volatile Delivery next;

	Delivery(Object content, int costBytes) {
		this.content = content;
		this.costBytes = costBytes;
	}

	/** Publishes the delivery that follows this one. */
	void link(Delivery following) {
		next = following;
	}

	/** Returns the delivery that follows, or {@code null} if there is none yet. */
	Delivery next() {
		return next;
	}

	/** Returns the content and forgets it: the link stays in the queue as its end, the content must not. */
	Object take() {
		Object taken = content;
		content = null;
		return taken;
	}
}
