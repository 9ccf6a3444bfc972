package io.hawser.websocket.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
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

	private final Object segment;

	private TextBuffer(Object segment) {
		this.segment = segment;
	}

	/** Returns the current thread's buffer, or {@code null} where Java has no means to write to it. */
	static TextBuffer ofCurrentThread() {
		if (SET_STRING == null) {
			return null;
		}
		try {
			Class<?> type = Class.forName("java.lang.foreign.MemorySegment");
			return new TextBuffer(type.getMethod("ofBuffer", Buffer.class).invoke(null, NativeEngine.textBuffer()));
		} catch (ReflectiveOperationException e) {
			throw new LinkageError("this Java has no MemorySegment.ofBuffer", e);
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
