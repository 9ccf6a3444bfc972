package io.hawser.spring;

import org.springframework.util.unit.DataSize;

/**
 * The largest inbound messages of a session: those of {@code hawser.*}, else those of the server's WebSocket container, so that
 * {@code ServletServerContainerFactoryBean} keeps its meaning. Knows neither.
 *
 * @param textBytes 125 to 2,147,483,639
 * @param binaryBytes 125 to 2,147,483,639
 */
record MessageLimits(int textBytes, int binaryBytes) {
	private static final int MIN_BYTES = 125;
	private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

	/** Returns the limits of a container, in its own terms: 0 and less are no limit. */
	static MessageLimits of(HawserProperties properties, long containerText, long containerBinary) {
		return new MessageLimits(choose(properties.maxTextMessageSize(), containerText),
				choose(properties.maxBinaryMessageSize(), containerBinary));
	}

	/** Returns a limit that the engine takes: none below what a control frame needs, 0 and less for the largest. */
	static int bytes(long limit) {
		return limit <= 0 ? MAX_BYTES : (int) Math.min(Math.max(limit, MIN_BYTES), MAX_BYTES);
	}

	private static int choose(DataSize own, long container) {
		return own != null ? (int) own.toBytes() : bytes(container);
	}
}
