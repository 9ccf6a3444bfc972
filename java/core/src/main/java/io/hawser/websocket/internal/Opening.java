package io.hawser.websocket.internal;

/** The last step before a session: run once, in the session's mailbox, before anything else is delivered to it. */
interface Opening {
	/** Answers the opening handshake, and returns whether there is a session now; throws nothing. */
	boolean run();
}
