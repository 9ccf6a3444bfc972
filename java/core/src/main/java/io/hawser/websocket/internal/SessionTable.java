package io.hawser.websocket.internal;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * The sessions of one loop by slot. An entry counts only if its id is the one asked for: slots are used again.
 *
 * <p><b>Threads:</b> only the driving carrier changes and looks up; {@link #at} and {@link #forEach} may be called by any thread
 * and see what was put before.
 */
final class SessionTable {
	private static final int FIRST_CAPACITY = 64;

	private volatile AtomicReferenceArray<NativeSession> slots = new AtomicReferenceArray<>(FIRST_CAPACITY);

	/** Returns the session, or {@code null} if the slot holds another one or none. */
	NativeSession get(int slot, long id) {
		AtomicReferenceArray<NativeSession> current = slots;
		if (slot < 0 || slot >= current.length()) {
			return null;
		}
		NativeSession session = current.getPlain(slot);
		return session != null && session.nativeId() == id ? session : null;
	}

	/** Returns the session that is in a slot, or {@code null}; for any thread. */
	NativeSession at(int slot) {
		AtomicReferenceArray<NativeSession> current = slots;
		return slot < 0 || slot >= current.length() ? null : current.getAcquire(slot);
	}

	void put(int slot, NativeSession session) {
		if (slot >= slots.length()) {
			grow(slot + 1);
		}
		slots.setRelease(slot, session);
	}

	/** Takes the session out and returns it, or {@code null} as {@link #get}. */
	NativeSession remove(int slot, long id) {
		NativeSession session = get(slot, id);
		if (session != null) {
			slots.setRelease(slot, null);
		}
		return session;
	}

	void forEach(Consumer<NativeSession> action) {
		AtomicReferenceArray<NativeSession> current = slots;
		for (int slot = 0; slot < current.length(); slot++) {
			NativeSession session = current.getAcquire(slot);
			if (session != null) {
				action.accept(session);
			}
		}
	}

	private void grow(int atLeast) {
		AtomicReferenceArray<NativeSession> old = slots;
		NativeSession[] copy = new NativeSession[Math.max(atLeast, old.length() * 2)];
		Arrays.setAll(copy, (slot) -> slot < old.length() ? old.getPlain(slot) : null);
		slots = new AtomicReferenceArray<>(copy);
	}
}
