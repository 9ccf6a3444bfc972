package io.hawser.websocket.internal;

/**
 * What a session needs once more waits for its peer than its high-water mark; most sessions never do.
 *
 * @param gate where its senders wait
 * @param notices what its handler is to be told
 */
record SessionPressure(SendGate gate, OutboundNotices notices) {
	SessionPressure() {
		this(new SendGate(), new OutboundNotices());
	}
}
