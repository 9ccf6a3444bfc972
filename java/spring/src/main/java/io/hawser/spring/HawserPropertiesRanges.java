package io.hawser.spring;

import java.time.Duration;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.Errors;

/** What the engine allows for each of the {@link HawserProperties}. Knows nothing of how a fault is shown. */
final class HawserPropertiesRanges {
	private static final long KIB = 1024;
	private static final long GIB = KIB * KIB * KIB;
	/** The longest array that a JVM makes. */
	private static final long MAX_MESSAGE_BYTES = Integer.MAX_VALUE - 8L;
	/** A control frame's payload must always fit. */
	private static final long MIN_MESSAGE_BYTES = 125;
	private static final Duration MAX_DURATION = Duration.ofHours(1);

	private final HawserProperties properties;
	private final Errors errors;

	HawserPropertiesRanges(HawserProperties properties, Errors errors) {
		this.properties = properties;
		this.errors = errors;
	}

	void check() {
		number("port", properties.port(), 0, 65_535);
		number("loops", properties.loops(), 1, 256);
		number("workers", properties.workers(), 1, 10_000);
		number("maxConnections", properties.maxConnections(), 1, 1 << 24);
		size("maxTextMessageSize", properties.maxTextMessageSize(), MIN_MESSAGE_BYTES, MAX_MESSAGE_BYTES);
		size("maxBinaryMessageSize", properties.maxBinaryMessageSize(), MIN_MESSAGE_BYTES, MAX_MESSAGE_BYTES);
		time("handshakeTimeout", properties.handshakeTimeout());
		time("answerTimeout", properties.answerTimeout());
		time("closeTimeout", properties.closeTimeout());
		time("drainTimeout", properties.drainTimeout());
		send(properties.send());
		size("compression.threshold", properties.compression().threshold(), 0, MAX_MESSAGE_BYTES);
		number("compression.level", properties.compression().level(), 1, 9);
	}

	private void send(HawserProperties.Send send) {
		size("send.highWaterMark", send.highWaterMark(), KIB, GIB);
		size("send.lowWaterMark", send.lowWaterMark(), 1, GIB);
		time("send.timeLimit", send.timeLimit());
		size("send.maxBuffered", send.maxBuffered(), 64 * KIB, KIB * GIB);
		if (send.lowWaterMark() != null && send.lowWaterMark().compareTo(send.highWaterMark()) > 0) {
			reject("send.lowWaterMark", "must not be above hawser.send.high-water-mark, which is " + send.highWaterMark());
		}
	}

	private void number(String field, Integer value, int min, int max) {
		if (value != null && (value < min || value > max)) {
			reject(field, "must be " + min + " to " + max);
		}
	}

	private void size(String field, DataSize value, long minBytes, long maxBytes) {
		if (value != null && (value.toBytes() < minBytes || value.toBytes() > maxBytes)) {
			reject(field, "must be " + minBytes + " to " + maxBytes + " bytes");
		}
	}

	private void time(String field, Duration value) {
		if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(MAX_DURATION) > 0) {
			reject(field, "must be 1ms to " + MAX_DURATION.toHours() + "h");
		}
	}

	private void reject(String field, String allowed) {
		errors.rejectValue(field, "range", allowed);
	}
}
