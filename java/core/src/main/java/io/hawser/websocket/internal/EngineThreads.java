package io.hawser.websocket.internal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The threads of an engine other than workers: starts them, and waits for their end. Knows no jobs. */
final class EngineThreads {
	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	/** What all of them begin with, whoever starts them. */
	private final ClassLoader classLoader;

	EngineThreads(ClassLoader classLoader) {
		this.classLoader = classLoader;
	}

	/** Starts a thread. Throws what starting it throws. */
	void start(Thread thread) {
		// Most that have ended: spare carriers come and go.
		threads.removeIf((ended) -> ended.getState() == Thread.State.TERMINATED);
		thread.setContextClassLoader(classLoader);
		try {
			threads.add(thread);
			thread.start();
		} catch (Throwable noThread) {
			threads.remove(thread);
			throw noThread;
		}
	}

	/** Waits until {@code deadline}, a moment at least; returns whether all have ended. */
	boolean awaitEnd(long deadline) throws InterruptedException {
		for (Thread thread : threads) {
			if (!Workers.joined(thread, deadline)) {
				return false;
			}
		}
		return true;
	}
}
