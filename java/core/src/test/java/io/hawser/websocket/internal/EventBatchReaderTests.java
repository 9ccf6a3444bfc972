package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventBatchReaderTests {
	private final ByteBuffer buffer = ByteBuffer.allocateDirect(4 * 32).order(ByteOrder.nativeOrder());
	private final EventBatchReader reader = new EventBatchReader(buffer.duplicate());

	/** Numbers, not our constants: the native side has its own copy of this layout. */
	private void put(int index, long session, int slot, int kind, int flags, int code, int offset, int length, int cost) {
		int base = index * 32;
		buffer.putLong(base, session).putInt(base + 8, slot).put(base + 12, (byte) kind).put(base + 13, (byte) flags);
		buffer.putShort(base + 14, (short) code).putInt(base + 16, offset).putInt(base + 20, length);
		buffer.putInt(base + 24, cost);
	}

	@Test
	void eachFieldIsReadFromItsPlaceInNativeOrder() {
		put(0, 0x1122334455667788L, 7, 2, 0, 0, 100, 5, 69);
		put(1, -1, 123_456, 6, 31, 65_000, 0, 0, 0);
		reader.reset(2);

		assertTrue(reader.next());
		assertEquals(0x1122334455667788L, reader.session());
		assertEquals(7, reader.slot());
		assertEquals(EventBatchLayout.TEXT, reader.kind());
		assertEquals(100, reader.offset());
		assertEquals(5, reader.length());
		assertEquals(69, reader.cost());
		assertFalse(reader.has(EventBatchLayout.FETCH));
		assertTrue(reader.next());
		assertEquals(1, reader.index());
		assertEquals(-1, reader.session());
		assertEquals(123_456, reader.slot());
		assertEquals(EventBatchLayout.CLOSED, reader.kind());
		assertEquals(65_000, reader.code());
		assertTrue(reader.has(EventBatchLayout.UPGRADE));
		assertFalse(reader.next());
	}

	@Test
	void anEmptyBatchHasNoEvent() {
		reader.reset(0);

		assertFalse(reader.next());
	}

	@Test
	void aBatchLargerThanTheBufferIsRefused() {
		reader.reset(4);

		assertThrows(IllegalArgumentException.class, () -> reader.reset(5));
		assertThrows(IllegalArgumentException.class, () -> reader.reset(-1));
	}

	@Test
	void arbitraryDescriptorsAreReadInsideTheirBuffersOrRefused() {
		ByteBuffer arena = ByteBuffer.allocateDirect(1 << 20);
		PayloadReader payloads = new PayloadReader(0, 0, arena);
		Random random = new Random(7692);
		byte[] bytes = new byte[buffer.capacity()];
		int read = 0;
		for (int batch = 0; batch < 20_000; batch++) {
			random.nextBytes(bytes);
			buffer.put(0, bytes);
			int count = random.nextInt(5);
			reader.reset(count);
			for (int i = 0; i < count; i++) {
				assertTrue(reader.next());
				// FETCH asks the engine, of which there is none here; half of the ranges may lie in the arena.
				buffer.put(i * 32 + 13, (byte) (bytes[i * 32 + 13] & ~EventBatchLayout.FETCH));
				if (random.nextBoolean()) {
					buffer.putInt(i * 32 + 16, random.nextInt(1 << 20)).putInt(i * 32 + 20, random.nextInt(1 << 10));
				}
				read += isRead(payloads, arena.capacity()) ? 1 : 0;
			}
			assertFalse(reader.next());
		}
		assertTrue(read > 10_000, "so many lay in the arena: " + read);
	}

	private boolean isRead(PayloadReader payloads, int arenaBytes) {
		long end = (long) reader.offset() + reader.length();
		boolean inside = reader.length() == 0 || reader.offset() >= 0 && reader.length() > 0 && end <= arenaBytes;
		if (!inside) {
			assertThrows(IndexOutOfBoundsException.class, () -> payloads.bytes(reader));
			assertThrows(IndexOutOfBoundsException.class, () -> payloads.text(reader));
			return false;
		}
		assertEquals(reader.length(), payloads.bytes(reader).length);
		assertEquals(reader.length(), payloads.text(reader).length(), "the arena is all zeros");
		return true;
	}

	@Test
	void aDescriptorHas32Bytes() {
		assertEquals(32, EventBatchLayout.SIZE);
	}
}
