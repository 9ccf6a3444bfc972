package io.hawser.websocket.internal;

/** The numbers with which a native function answers a send, a close or a handshake answer. Knows no exceptions. */
final class SendOutcome {
	/** Accepted; below the high-water mark. */
	static final int QUEUED = 0;

	/** Accepted; the session's buffered bytes are now at or above the high-water mark. */
	static final int PRESSURED = 1;

	/** Not accepted: the overflow strategy dropped the message. */
	static final int DROPPED = 2;

	/** Not accepted: the session is closing, closed or unknown. */
	static final int CLOSED = 3;

	/** Not accepted: the session was at the high-water mark and is being closed with 1013. */
	static final int TERMINATED = 4;

	/** Not accepted: a message of the other kind is out in parts and not complete. */
	static final int INTERLEAVED = 5;

	/**
	 * Not accepted ({@code BLOCK}): the session is at the high-water mark. {@link EventBatchLayout#DRAINED} follows when there
	 * is room, or there is room already: try once more before waiting for it.
	 */
	static final int FULL = 6;

	/** Not accepted: the text, which the application has encoded, is not UTF-8. */
	static final int MALFORMED = 7;

	private SendOutcome() {
	}

	/** Returns whether the engine has taken what it was given. */
	static boolean isAccepted(int outcome) {
		return outcome == QUEUED || outcome == PRESSURED;
	}
}
