package io.hawser.websocket.internal;

import io.hawser.websocket.OverflowStrategy;

/**
 * How much may wait for a peer that does not read, and what happens then. Knows no session.
 *
 * @param lowWaterBytes at most {@code highWaterBytes}
 */
public record OutboundLimits(int lowWaterBytes, int highWaterBytes, OverflowStrategy overflowStrategy) {
	/** Largest mark. */
	static final int MAX_BYTES = 1 << 30;

	private static final int MIN_HIGH_WATER_BYTES = 1024;

	/** Checks a high-water mark. */
	static int highWater(String name, int bytes) {
		return EngineSettings.range(name, bytes, MIN_HIGH_WATER_BYTES, MAX_BYTES);
	}

	/** Checks a high-water mark, and that the low one is not above it. */
	public static int highWater(String name, int bytes, String lowName, int lowBytes) {
		int high = highWater(name, bytes);
		requireOrder(lowName, lowBytes, name, high);
		return high;
	}

	/** Checks a low-water mark by itself. */
	public static int lowWater(String name, int bytes) {
		return EngineSettings.range(name, bytes, 1, MAX_BYTES);
	}

	/** Checks that the low mark is not above the high one. */
	static void requireOrder(String lowName, int lowBytes, String highName, int highBytes) {
		if (lowBytes > highBytes) {
			throw new IllegalArgumentException(lowName + " must not be above " + highName + ", but is " + lowBytes + " above "
					+ highBytes);
		}
	}

	/** Returns the number of the strategy on the native side. */
	int overflowNumber() {
		return number(overflowStrategy);
	}

	static int number(OverflowStrategy strategy) {
		return switch (strategy) {
			case BLOCK -> 0;
			case TERMINATE -> 1;
			case DROP_OLDEST -> 2;
			case DROP_NEWEST -> 3;
		};
	}
}
