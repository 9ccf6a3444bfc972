package io.hawser.websocket.internal;

/**
 * Remembers which threads are at this moment inside callbacks of one engine, so that nobody waits there for the engine's
 * end. Knows no engine.
 */
final class CallbackThreads {
	/** Whose callbacks the current thread runs. Set while it does only, so that no engine is kept alive. */
	private static final ThreadLocal<CallbackThreads> CURRENT = new ThreadLocal<>();

	/** Runs callbacks on the current thread; nothing thrown leaves it. */
	void run(Runnable callbacks) {
		remember();
		try {
			callbacks.run();
		} catch (Throwable failure) {
			EngineLog.error(Trouble.CALLBACKS_ENDED, failure);
		} finally {
			CURRENT.remove();
		}
	}

	/** Allocates on a new thread. Without memory only the guard against waiting for oneself is lost, no callback. */
	private void remember() {
		try {
			CURRENT.set(this);
		} catch (Throwable noMemory) {
			EngineLog.error(Trouble.NOT_MARKED, noMemory);
		}
	}

	/** Returns whether the current thread runs callbacks of this engine. */
	boolean isCurrent() {
		return CURRENT.get() == this;
	}

	/** Throws an exception if the current thread runs callbacks of this engine. */
	void requireOther() {
		if (isCurrent()) {
			throw new IllegalStateException("awaitStop inside a callback of this engine would wait for itself; "
					+ "call stop here, which returns at once, and wait on another thread");
		}
	}
}
