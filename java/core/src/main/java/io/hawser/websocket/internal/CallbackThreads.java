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
		CURRENT.set(this);
		try {
			callbacks.run();
		} catch (Throwable failure) {
			EngineLog.error("Callbacks on " + Thread.currentThread().getName() + " ended unexpectedly", failure);
		} finally {
			CURRENT.remove();
		}
	}

	/** Returns whether the current thread runs callbacks of this engine. */
	boolean isCurrent() {
		return CURRENT.get() == this;
	}
}
