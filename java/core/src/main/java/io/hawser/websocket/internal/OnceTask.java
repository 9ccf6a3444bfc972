package io.hawser.websocket.internal;

import java.util.concurrent.atomic.AtomicBoolean;

/** A task that runs once at most, whoever comes to it and how often. Knows no threads. */
final class OnceTask implements Runnable {
	private final Runnable task;
	private final AtomicBoolean begun = new AtomicBoolean();

	OnceTask(Runnable task) {
		this.task = task;
	}

	/** Returns whether the caller is the first one: nobody runs it after that but the caller. */
	boolean begin() {
		return begun.compareAndSet(false, true);
	}

	@Override
	public void run() {
		if (begin()) {
			task.run();
		}
	}
}
