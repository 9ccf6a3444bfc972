package io.hawser.websocket.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Native memory of one thread, into which a {@code String} is encoded without a {@code byte[]} in between: that array would
 * cost more than all else in a send, as it always lies in memory that no cache has. Needs Java 22.
 *
 * <p>Confined to the thread that has made it.
 */
final class TextBuffer {
	/** Longest text that is taken, in chars; the native side knows it too. */
	static final int MAX_CHARS = (64 << 10) - 1;

	private static final int FIRST_JAVA = 22;

	/** {@code MemorySegment.setString(long, String, Charset)}, its receiver as an Object; {@code null} where there is none. */
	private static final MethodHandle SET_STRING = findSetString();

	/** {@code MemorySegment.ofBuffer(Buffer)} of a byte buffer, its result as an Object; {@code null} as above. */
	private static final MethodHandle OF_BUFFER = SET_STRING == null ? null : findOfBuffer();

	/** A number that no engine ever has. */
	private static final long NO_ENGINE = -1;

	private final Object segment;

	private TextBuffer(Object segment) {
		this.segment = segment;
	}

	/**
	 * Returns the current thread's buffer; {@code null} where Java has no means to write to it, or no memory left to make it.
	 * Throws nothing.
	 */
	static TextBuffer ofCurrentThread() {
		if (OF_BUFFER == null) {
			return null;
		}
		try {
			return new TextBuffer((Object) OF_BUFFER.invokeExact(NativeEngine.textBuffer()));
		} catch (Throwable noMemory) {
			return null;
		}
	}

	/** Sends to nobody, so that no other send is the first one, where memory may be short. Throws nothing. */
	static void rehearse(TextBuffer buffer) {
		try {
			if (buffer != null) {
				buffer.send(NO_ENGINE, 0, 1, "text");
			}
		} catch (Throwable noMemory) {
			// It was a rehearsal only.
		}
	}

	/**
	 * Sends a text of at most {@link #MAX_CHARS} chars.
	 * @param kind as for {@link NativeEngine#send}
	 * @return a {@link SendOutcome}
	 */
	int send(long engine, long session, int kind, String text) {
		try {
			SET_STRING.invokeExact(segment, 0L, text, StandardCharsets.UTF_8);
		} catch (RuntimeException | Error failure) {
			throw failure;
		} catch (Throwable checked) {
			throw new LinkageError("MemorySegment.setString throws nothing else", checked);
		}
		return NativeEngine.sendText(engine, session, kind, text.length());
	}

	private static MethodHandle findOfBuffer() {
		try {
			Class<?> type = Class.forName("java.lang.foreign.MemorySegment");
			MethodHandle found = MethodHandles.lookup().findStatic(type, "ofBuffer", MethodType.methodType(type, Buffer.class));
			return found.asType(MethodType.methodType(Object.class, ByteBuffer.class));
		} catch (ReflectiveOperationException e) {
			return null;
		}
	}

	private static MethodHandle findSetString() {
		if (Runtime.version().feature() < FIRST_JAVA) {
			return null;
		}
		try {
			Class<?> type = Class.forName("java.lang.foreign.MemorySegment");
			MethodType signature = MethodType.methodType(void.class, long.class, String.class, Charset.class);
			MethodHandle found = MethodHandles.lookup().findVirtual(type, "setString", signature);
			return found.asType(signature.insertParameterTypes(0, Object.class));
		} catch (ReflectiveOperationException e) {
			return null;
		}
	}
}
