package io.hawser.websocket.internal;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Copies payloads out of a loop's arena, or fetches them, so that what a handler sees is its own heap memory. Knows no
 * sessions.
 *
 * <p>Confined to the carrier; nothing it returns refers to the arena.
 */
final class PayloadReader {
	/** Texts up to this size are copied through the scratch array; larger ones get an array of their own. */
	static final int SCRATCH_BYTES = 64 * 1024;

	private static final byte[] EMPTY = new byte[0];

	private final long engine;
	private final int loop;
	private final ByteBuffer arena;
	private final byte[] scratch = new byte[SCRATCH_BYTES];

	PayloadReader(long engine, int loop, ByteBuffer arena) {
		this.engine = engine;
		this.loop = loop;
		this.arena = arena;
	}

	/** Returns the payload as text; the engine has validated it as UTF-8. */
	String text(EventBatchReader event) {
		Charset charset = event.has(EventBatchLayout.ASCII) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
		int length = event.length();
		if (event.has(EventBatchLayout.FETCH) || length > SCRATCH_BYTES) {
			return new String(bytes(event), charset);
		}
		if (length == 0) {
			return "";
		}
		arena.get(event.offset(), scratch, 0, length);
		return new String(scratch, 0, length, charset);
	}

	/** Returns the payload as a new array of exactly its size. */
	byte[] bytes(EventBatchReader event) {
		if (event.has(EventBatchLayout.FETCH)) {
			return NativeEngine.fetch(engine, loop, event.index());
		}
		int length = event.length();
		if (length == 0) {
			return EMPTY;
		}
		// Before the array is made: a wrong length must not cost memory.
		Objects.checkFromIndexSize(event.offset(), length, arena.capacity());
		byte[] bytes = new byte[length];
		arena.get(event.offset(), bytes, 0, length);
		return bytes;
	}
}
