package io.hawser.websocket.internal;

import java.time.Duration;

/** The settings of who drives loops when handlers block; what the public ones mean is said in the builder. */
public final class PumpSettings {
	private static final int MAX_SPARE_CARRIERS = 1000;

	int spareCarriers = 16;
	boolean moveBlockingHandlers = true;
	/** After which a spare carrier that nobody needs ends. */
	Duration spareIdle = Duration.ofSeconds(30);
	/** Time between two looks at a callback, of which the second one takes the loop over. */
	Duration watchdogTick = Duration.ofMillis(2);
	/** After which a callback that has not returned is named in a warning. */
	Duration warnOfBlocked = Duration.ofSeconds(10);

	public void spareCarriers(int carriers) {
		spareCarriers = EngineSettings.range("spareCarriers", carriers, 1, MAX_SPARE_CARRIERS);
	}

	public void moveBlockingHandlers(boolean move) {
		moveBlockingHandlers = move;
	}
}
