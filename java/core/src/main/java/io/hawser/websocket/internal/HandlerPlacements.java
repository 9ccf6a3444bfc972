package io.hawser.websocket.internal;

import io.hawser.websocket.HandlerMode;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The placements of an engine: one for each handler object and mode, for as long as somebody else has the object. Knows no
 * callbacks.
 */
final class HandlerPlacements {
	private final EngineRuntime engine;
	private final Map<HandlerMode, Map<Key, HandlerPlacement>> placements = new EnumMap<>(HandlerMode.class);
	private final ReferenceQueue<Object> gone = new ReferenceQueue<>();

	HandlerPlacements(EngineRuntime engine) {
		this.engine = engine;
		for (HandlerMode mode : HandlerMode.values()) {
			placements.put(mode, new HashMap<>());
		}
	}

	/** Returns the placement of a handler, the same one each time; from any thread. */
	synchronized HandlerPlacement of(Object handler, HandlerMode mode) {
		for (Reference<?> key = gone.poll(); key != null; key = gone.poll()) {
			for (Map<Key, HandlerPlacement> ofMode : placements.values()) {
				ofMode.remove(key);
			}
		}
		Map<Key, HandlerPlacement> ofMode = placements.get(mode);
		HandlerPlacement found = ofMode.get(new Key(handler, null));
		if (found == null) {
			found = new HandlerPlacement(handler, mode, engine.workers(), engine.settings().loops,
					engine.settings().pump().moveBlockingHandlers);
			ofMode.put(new Key(handler, gone), found);
		}
		return found;
	}

	/** Returns how many are kept. */
	synchronized int size() {
		return placements.values().stream().mapToInt(Map::size).sum();
	}

	/** The identity of an object, also when that is gone. */
	private static final class Key extends WeakReference<Object> {
		private final int hash;

		Key(Object object, ReferenceQueue<Object> queue) {
			super(object, queue);
			this.hash = System.identityHashCode(object);
		}

		@Override
		public int hashCode() {
			return hash;
		}

		@Override
		public boolean equals(Object other) {
			return this == other || other instanceof Key key && get() != null && get() == key.get();
		}
	}
}
