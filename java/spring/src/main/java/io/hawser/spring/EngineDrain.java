package io.hawser.spring;

import io.hawser.websocket.WebSocketEngine;
import java.time.Duration;

/**
 * The graceful end of an engine's sessions. The engine's stop waits for all its connections, also for those that only lead to the
 * server; here it is waited for the sessions alone, because the server must finish first.
 */
final class EngineDrain {
	/** Longer than any phase of a shutdown; the web server's stop ends it. */
	private static final Duration UNTIL_STOPPED = Duration.ofHours(1);
	private static final long POLL_MS = 10;

	private final WebSocketEngine engine;

	EngineDrain(WebSocketEngine engine) {
		this.engine = engine;
	}

	/** Closes the port, and all sessions with 1001; returns when they have ended or the time is up. */
	void run(Duration timeout) {
		Thread stop = new Thread(() -> engine.stop(UNTIL_STOPPED), "hawser-stop");
		stop.setDaemon(true);
		stop.start();
		long deadline = System.nanoTime() + timeout.toNanos();
		try {
			while (stop.isAlive() && !engine.sessions().isEmpty() && System.nanoTime() < deadline) {
				stop.join(POLL_MS);
			}
		} catch (InterruptedException e) {
			Thread.currentThread().interrupt();
		}
	}
}
