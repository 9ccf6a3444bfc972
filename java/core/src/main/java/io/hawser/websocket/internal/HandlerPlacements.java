package io.hawser.websocket.internal;

import io.hawser.websocket.HandlerMode;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** The placements of an engine: one for each handler object and mode. Knows no callbacks. */
final class HandlerPlacements {
	private final EngineRuntime engine;
	private final Map<HandlerMode, Map<Object, HandlerPlacement>> placements = new EnumMap<>(HandlerMode.class);

	HandlerPlacements(EngineRuntime engine) {
		this.engine = engine;
		for (HandlerMode mode : HandlerMode.values()) {
			placements.put(mode, new IdentityHashMap<>());
		}
	}

	/** Returns the placement of a handler, the same one each time; from any thread. */
	synchronized HandlerPlacement of(Object handler, HandlerMode mode) {
		Map<Object, HandlerPlacement> ofMode = placements.get(mode);
		HandlerPlacement found = ofMode.get(handler);
		if (found == null) {
			found = new HandlerPlacement(handler, mode, engine.workers(), engine.settings().loops,
					engine.settings().pump().moveBlockingHandlers);
			ofMode.put(handler, found);
		}
		return found;
	}
}
