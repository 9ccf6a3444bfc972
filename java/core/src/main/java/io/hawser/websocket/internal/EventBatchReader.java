package io.hawser.websocket.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Cursor over the descriptors of one batch. Knows the layout; not what the events mean, nor where payloads lie.
 *
 * <p>Confined to the carrier that drives the loop, which may be another one from event to event; invalid as soon as the next turn begins.
 */
final class EventBatchReader {
	private final ByteBuffer events;
	private int count;
	private int index;
	private int base = -EventBatchLayout.SIZE;

	EventBatchReader(ByteBuffer events) {
		this.events = events.duplicate().order(ByteOrder.nativeOrder());
	}

	/** Stands before the first of {@code count} events. */
	void reset(int count) {
		if (count < 0 || count > events.capacity() / EventBatchLayout.SIZE) {
			throw new IllegalArgumentException("a batch of " + count + " events does not fit into " + events.capacity()
					+ " bytes");
		}
		this.count = count;
		this.index = -1;
		this.base = -EventBatchLayout.SIZE;
	}

	/** Moves to the next event; {@code false} if there is none. */
	boolean next() {
		if (index + 1 >= count) {
			return false;
		}
		index++;
		base += EventBatchLayout.SIZE;
		return true;
	}

	/** Returns whether there is an event it stands at; after the end of a batch that is its last one. */
	boolean hasEvent() {
		return base >= 0;
	}

	/** Position of the event in its batch, as {@link NativeEngine#fetch} wants it. */
	int index() {
		return index;
	}

	long session() {
		return events.getLong(base + EventBatchLayout.SESSION);
	}

	int slot() {
		return events.getInt(base + EventBatchLayout.SLOT);
	}

	int kind() {
		return events.get(base + EventBatchLayout.KIND);
	}

	boolean has(int flag) {
		return (events.get(base + EventBatchLayout.FLAGS) & flag) != 0;
	}

	int code() {
		return Short.toUnsignedInt(events.getShort(base + EventBatchLayout.CODE));
	}

	int offset() {
		return events.getInt(base + EventBatchLayout.OFFSET);
	}

	int length() {
		return events.getInt(base + EventBatchLayout.LENGTH);
	}

	/** Bytes of inbound window to give back when the event's callback has returned. */
	int cost() {
		return events.getInt(base + EventBatchLayout.COST);
	}
}
