package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HandlerPlacementTests {
	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	private static HandlerPlacement of(HandlerMode mode, boolean movable) {
		return new HandlerPlacement(new Object(), mode, Runnable::run, 2, movable);
	}

	/** Takes the loop over once, behind so many calls spread over both loops. */
	private static boolean takeOver(HandlerPlacement place, int calls, long atNanos) {
		for (int i = 0; i < calls; i++) {
			place.count(i % 2);
		}
		return place.takenOver(atNanos);
	}

	@Test
	void fiftyTakeOversAreEnoughAndFortyNineAreNot() {
		HandlerPlacement place = of(HandlerMode.ADAPTIVE, true);
		for (int i = 1; i < 50; i++) {
			assertFalse(takeOver(place, 1, i));
			assertTrue(place.runsOnCarrier());
		}
		assertTrue(takeOver(place, 1, 50));
		assertFalse(place.runsOnCarrier());
		assertFalse(takeOver(place, 1, 51), "it is moved once");
	}

	@Test
	void oneCallInTwoHundredIsOftenAndOneInMoreIsNot() {
		HandlerPlacement often = of(HandlerMode.ADAPTIVE, true);
		HandlerPlacement seldom = of(HandlerMode.ADAPTIVE, true);
		boolean moved = false;
		for (int i = 0; i < 50; i++) {
			moved |= takeOver(often, 200, i);
			assertFalse(takeOver(seldom, 205, i));
		}
		assertTrue(moved);
		assertEquals(50 * 200, often.calls());
		assertTrue(seldom.runsOnCarrier());
	}

	@Test
	void onlyTheLastTenSecondsCount() {
		HandlerPlacement slow = of(HandlerMode.ADAPTIVE, true);
		for (int i = 0; i < 500; i++) {
			assertFalse(takeOver(slow, 1, i * SECOND / 4));
		}
		HandlerPlacement later = of(HandlerMode.ADAPTIVE, true);
		for (int i = 0; i < 40; i++) {
			assertFalse(takeOver(later, 1000, i * SECOND));
		}
		boolean moved = false;
		for (int i = 0; i < 50; i++) {
			moved |= takeOver(later, 1, 100 * SECOND + i);
		}
		assertTrue(moved, "what it did before does not excuse it");
	}

	@Test
	void whoHasChosenAModeKeepsIt() {
		for (HandlerPlacement place : new HandlerPlacement[] { of(HandlerMode.INLINE, true), of(HandlerMode.ADAPTIVE, false) }) {
			for (int i = 0; i < 200; i++) {
				assertFalse(takeOver(place, 1, i));
			}
			assertTrue(place.runsOnCarrier());
		}
		assertFalse(of(HandlerMode.WORKERS, true).runsOnCarrier());
		assertFalse(of(HandlerMode.INLINE, true).isTakenOver(), "not by the watchdog");
		assertTrue(of(HandlerMode.ADAPTIVE, false).isTakenOver());
	}
}
