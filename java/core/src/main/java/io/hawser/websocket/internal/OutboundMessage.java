package io.hawser.websocket.internal;

import io.hawser.websocket.AbstractWebSocketMessage;
import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.PingMessage;
import io.hawser.websocket.PongMessage;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Turns a message into kind and bytes, as the native side takes it. Knows no outcome and no session. */
final class OutboundMessage {
	/** Takes a message; the array is the caller's and must not be kept. */
	interface Sink<E extends Exception> {
		/** Takes {@code length} bytes from {@code offset} on; {@code kind} as {@link NativeEngine#send} has it. */
		int take(int kind, byte[] payload, int offset, int length) throws E;

		/** Takes a text. */
		default int takeText(int kind, TextMessage text) throws E {
			byte[] payload = text.getPayload().getBytes(StandardCharsets.UTF_8);
			return take(kind, payload, 0, payload.length);
		}
	}

	/** Largest payload of a ping or pong (RFC 6455 section 5.5). */
	static final int MAX_CONTROL_BYTES = 125;

	/** Added to the kind of a text that the application has encoded. */
	static final int UNCHECKED = 128;

	private static final int TEXT = 1;
	private static final int BINARY = 2;
	private static final int PING = 3;
	private static final int PONG = 4;
	private static final int MORE_PARTS = 16;
	private static final int NEVER_COMPRESS = 32;
	private static final int ALWAYS_COMPRESS = 64;

	private OutboundMessage() {
	}

	/**
	 * Gives a message to {@code sink} and returns its answer.
	 * @throws IllegalArgumentException if the type is not one of ours, or a control payload is too long
	 */
	static int send(WebSocketMessage<?> message, Sink<IOException> sink) throws IOException {
		if (message instanceof TextMessage text) {
			return sink.takeText(kind(TEXT, text), text);
		}
		if (message instanceof BinaryMessage binary) {
			return give(kind(BINARY, binary), binary.getPayload(), sink);
		}
		if (message instanceof PingMessage ping) {
			return give(PING, control("ping", ping.getPayload()), sink);
		}
		if (message instanceof PongMessage pong) {
			return give(PONG, control("pong", pong.getPayload()), sink);
		}
		Objects.requireNonNull(message, "message");
		throw new IllegalArgumentException("message is a " + message.getClass().getName()
				+ "; a session sends TextMessage, BinaryMessage, PingMessage and PongMessage");
	}

	/**
	 * Gives a message that may be published to {@code sink} and returns its answer.
	 * @throws IllegalArgumentException if it is neither text nor binary, or only a part of one
	 */
	static int publish(WebSocketMessage<?> message, Sink<RuntimeException> sink) {
		Objects.requireNonNull(message, "message");
		boolean isText = message instanceof TextMessage;
		if (!isText && !(message instanceof BinaryMessage)) {
			throw new IllegalArgumentException("message is a " + message.getClass().getName()
					+ "; what is published is a TextMessage or a BinaryMessage");
		}
		if (!message.isLast()) {
			throw new IllegalArgumentException("message is a part (isLast() == false); only whole messages are published");
		}
		if (isText) {
			return sink.takeText(kind(TEXT, (TextMessage) message), (TextMessage) message);
		}
		return give(kind(BINARY, (BinaryMessage) message), ((BinaryMessage) message).getPayload(), sink);
	}

	private static int kind(int kind, AbstractWebSocketMessage<?> message) {
		if (!message.isLast()) {
			return kind + MORE_PARTS;
		}
		Boolean compression = message.getCompression();
		return compression == null ? kind : kind + (compression ? ALWAYS_COMPRESS : NEVER_COMPRESS);
	}

	private static ByteBuffer control(String name, ByteBuffer payload) {
		if (payload.remaining() > MAX_CONTROL_BYTES) {
			throw new IllegalArgumentException("a " + name + " carries at most " + MAX_CONTROL_BYTES + " bytes, not "
					+ payload.remaining());
		}
		return payload;
	}

	static boolean isControl(WebSocketMessage<?> message) {
		return message instanceof PingMessage || message instanceof PongMessage;
	}

	private static <E extends Exception> int give(int kind, ByteBuffer payload, Sink<E> sink) throws E {
		int length = payload.remaining();
		if (payload.hasArray()) {
			int offset = payload.arrayOffset() + payload.position();
			return sink.take(kind, payload.array(), offset, length);
		}
		// Direct and read-only buffers show no array; the absolute read leaves the caller's position alone.
		byte[] copy = new byte[length];
		payload.get(payload.position(), copy);
		return sink.take(kind, copy, 0, length);
	}
}
