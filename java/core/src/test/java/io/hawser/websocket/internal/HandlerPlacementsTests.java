package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.TextWebSocketHandler;
import io.hawser.websocket.contract.Await;
import org.junit.jupiter.api.Test;

class HandlerPlacementsTests {
	@Test
	void aHandlerHasOnePlacementInAModeWhateverItIsEqualTo() throws Exception {
		try (PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, new TextWebSocketHandler())) {
			HandlerPlacements placements = new HandlerPlacements(engine.engine);
			String one = new String("equal");
			String other = new String("equal");
			assertSame(placements.of(one, HandlerMode.ADAPTIVE), placements.of(one, HandlerMode.ADAPTIVE));
			assertNotSame(placements.of(one, HandlerMode.ADAPTIVE), placements.of(other, HandlerMode.ADAPTIVE));
			assertNotSame(placements.of(one, HandlerMode.ADAPTIVE), placements.of(one, HandlerMode.WORKERS));
		}
	}

	@Test
	void placementsOfHandlersThatNobodyHasAreForgotten() throws Exception {
		try (PumpEngine engine = PumpEngine.start(HandlerMode.ADAPTIVE, new TextWebSocketHandler())) {
			HandlerPlacements placements = new HandlerPlacements(engine.engine);
			Object kept = new Object();
			HandlerPlacement placement = placements.of(kept, HandlerMode.ADAPTIVE);
			for (int i = 0; i < 1000; i++) {
				placements.of(new Object(), HandlerMode.ADAPTIVE);
			}
			Await.until("handlers that are gone are forgotten", () -> {
				System.gc();
				assertSame(placement, placements.of(kept, HandlerMode.ADAPTIVE));
				return placements.size() == 1;
			});
			assertEquals(1, placements.size());
		}
	}
}
