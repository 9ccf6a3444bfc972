package io.hawser.examples.chat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that stands still until it is told to go on.
 */
final class TestClock extends Clock {

	private final AtomicLong nowMs = new AtomicLong(1_000_000);

	void advance(long ms) {
		nowMs.addAndGet(ms);
	}

	@Override
	public Instant instant() {
		return Instant.ofEpochMilli(nowMs.get());
	}

	@Override
	public ZoneId getZone() {
		return ZoneOffset.UTC;
	}

	@Override
	public Clock withZone(ZoneId zone) {
		return this;
	}

}
