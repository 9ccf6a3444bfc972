package io.hawser.websocket.internal;

/** Never thrown: shows in the log where a thread is blocked. */
final class BlockedCallback extends Exception {
	private static final long serialVersionUID = 1L;

	BlockedCallback(String thread, StackTraceElement[] stack) {
		super("the stack of " + thread, null, false, true);
		setStackTrace(stack);
	}
}
