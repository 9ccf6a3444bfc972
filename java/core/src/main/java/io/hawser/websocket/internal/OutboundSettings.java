package io.hawser.websocket.internal;

import io.hawser.websocket.OverflowStrategy;
import java.time.Duration;
import java.util.Objects;

/**
 * The settings of one engine for what waits to be written, and for topics; what they mean is said in the public builder.
 * Knows nothing of handlers' own settings.
 */
public final class OutboundSettings {
	/** Low-water mark unless it is set: a quarter of the high one, and no more than this. */
	private static final int MAX_DEFAULT_LOW_WATER_BYTES = 256 * 1024;

	private static final long MIN_BUFFERED_BYTES = 64 * 1024;
	private static final long TIB = 1L << 40;
	private static final int MAX_TOPICS = 1_000_000;

	private Integer highWaterBytes;
	private Integer lowWaterBytes;
	private OverflowStrategy overflowStrategy = OverflowStrategy.BLOCK;
	private Duration sendTimeLimit = Duration.ofSeconds(10);
	private long maxBufferedBytes = 1L << 30;
	private int maxTopicsPerSession = 1024;

	public void highWaterBytes(int bytes) {
		int high = OutboundLimits.highWater("sendHighWaterBytes", bytes);
		if (lowWaterBytes != null) {
			requireOrder(lowWaterBytes, high);
		}
		highWaterBytes = high;
	}

	public void lowWaterBytes(int bytes) {
		int low = OutboundLimits.lowWater("sendLowWaterBytes", bytes);
		if (highWaterBytes != null) {
			requireOrder(low, highWaterBytes);
		}
		lowWaterBytes = low;
	}

	public void overflowStrategy(OverflowStrategy strategy) {
		overflowStrategy = Objects.requireNonNull(strategy, "overflowStrategy");
	}

	public void sendTimeLimit(Duration limit) {
		sendTimeLimit = EngineSettings.range("sendTimeLimit", limit);
	}

	public void maxBufferedBytes(long bytes) {
		if (bytes < MIN_BUFFERED_BYTES || bytes > TIB) {
			throw new IllegalArgumentException("maxBufferedBytes must be " + MIN_BUFFERED_BYTES + " to " + TIB + ", not " + bytes);
		}
		maxBufferedBytes = bytes;
	}

	public void maxTopicsPerSession(int topics) {
		maxTopicsPerSession = EngineSettings.range("maxTopicsPerSession", topics, 1, MAX_TOPICS);
	}

	Duration sendTimeLimit() {
		return sendTimeLimit;
	}

	int maxTopicsPerSession() {
		return maxTopicsPerSession;
	}

	/**
	 * Returns the marks and the strategy of sessions whose handler does not say otherwise.
	 * @throws IllegalArgumentException if the low mark is above the high one, of which one may be a default
	 */
	public OutboundLimits limits() {
		int high = highWaterBytes != null ? highWaterBytes : 1 << 20;
		int low = lowWaterBytes != null ? lowWaterBytes : Math.min(high / 4, MAX_DEFAULT_LOW_WATER_BYTES);
		requireOrder(low, high);
		return new OutboundLimits(low, high, overflowStrategy);
	}

	/** Returns the lines that the native side parses. */
	String toNativeConfig() {
		OutboundLimits limits = limits();
		return "\nsend_high_water_bytes=" + limits.highWaterBytes() + "\nsend_low_water_bytes=" + limits.lowWaterBytes()
				+ "\noverflow_strategy=" + limits.overflowNumber() + "\nsend_time_limit_ms=" + sendTimeLimit.toMillis()
				+ "\nmax_buffered_bytes=" + maxBufferedBytes + "\nmax_topics_per_session=" + maxTopicsPerSession;
	}

	private static void requireOrder(int low, int high) {
		OutboundLimits.requireOrder("sendLowWaterBytes", low, "sendHighWaterBytes", high);
	}
}
