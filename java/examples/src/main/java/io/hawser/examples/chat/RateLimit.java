package io.hawser.examples.chat;

import java.time.Clock;

/**
 * Counts the messages of one connection in periods of {@value #PERIOD_MS} ms. Knows no consequences.
 * <p><b>Threads:</b> none of its own; callbacks of one session never overlap, so it needs no lock.
 */
final class RateLimit {

	static final long PERIOD_MS = 5_000;

	private final Clock clock;
	private long periodStartMs;
	private int count;

	RateLimit(Clock clock) {
		this.clock = clock;
	}

	/** Counts one more and returns how many it are in this period, at least 1. */
	int count() {
		long nowMs = clock.millis();
		if (nowMs - periodStartMs >= PERIOD_MS) {
			periodStartMs = nowMs;
			count = 0;
		}
		return ++count;
	}

}
