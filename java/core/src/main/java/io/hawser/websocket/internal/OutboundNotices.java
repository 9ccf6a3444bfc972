package io.hawser.websocket.internal;

import io.hawser.websocket.DroppedMessages;

/**
 * What the handler of one session is still to be told of its outbound side: summed up, so that a handler that does not
 * return costs no more than this. Knows no mailbox and no callbacks.
 *
 * <p><b>Threads:</b> all methods from any.
 */
final class OutboundNotices {
	private boolean writable;
	private boolean dropsToTell;
	private long droppedMessages;
	private long droppedBytes;

	/** Notes that the session is writable again; returns whether a delivery is needed to tell of it. */
	synchronized boolean addWritable() {
		boolean isFirst = !writable;
		writable = true;
		return isFirst;
	}

	/** Called in the session's turn, before the handler is told: what comes later needs another delivery. */
	synchronized void takeWritable() {
		writable = false;
	}

	/**
	 * Notes dropped messages; returns whether a delivery is needed to tell of them. Bytes alone, of a further part of a message
	 * that was dropped, are told with the next message.
	 */
	synchronized boolean addDropped(long messages, long bytes) {
		droppedMessages += messages;
		droppedBytes += bytes;
		boolean isFirst = !dropsToTell && droppedMessages > 0;
		dropsToTell |= isFirst;
		return isFirst;
	}

	/** Returns all that were noted and not yet taken. */
	synchronized DroppedMessages takeDropped() {
		DroppedMessages taken = new DroppedMessages(droppedMessages, droppedBytes);
		dropsToTell = false;
		droppedMessages = 0;
		droppedBytes = 0;
		return taken;
	}
}
