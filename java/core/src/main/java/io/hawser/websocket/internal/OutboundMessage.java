package io.hawser.websocket.internal;

import io.hawser.websocket.AbstractWebSocketMessage;
import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.PingMessage;
import io.hawser.websocket.PongMessage;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketMessage;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Hands a message to the native side as kind and bytes. Knows no outcome and no session but the id. */
final class OutboundMessage {
	/** Largest payload of a ping or pong (RFC 6455 section 5.5). */
	static final int MAX_CONTROL_BYTES = 125;

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
	 * Queues a message and returns the {@link SendOutcome}.
	 * @throws IllegalArgumentException if the type is not one of ours, or a control payload is too long
	 */
	static int send(long engine, long session, WebSocketMessage<?> message) {
		if (message instanceof TextMessage text) {
			byte[] payload = text.asBytes();
			return NativeEngine.send(engine, session, kind(TEXT, text), payload, 0, payload.length);
		}
		if (message instanceof BinaryMessage binary) {
			return send(engine, session, kind(BINARY, binary), binary.getPayload());
		}
		if (message instanceof PingMessage ping) {
			return send(engine, session, PING, control("ping", ping.getPayload()));
		}
		if (message instanceof PongMessage pong) {
			return send(engine, session, PONG, control("pong", pong.getPayload()));
		}
		Objects.requireNonNull(message, "message");
		throw new IllegalArgumentException("message is a " + message.getClass().getName()
				+ "; a session sends TextMessage, BinaryMessage, PingMessage and PongMessage");
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

	private static int send(long engine, long session, int kind, ByteBuffer payload) {
		int length = payload.remaining();
		if (payload.hasArray()) {
			int offset = payload.arrayOffset() + payload.position();
			return NativeEngine.send(engine, session, kind, payload.array(), offset, length);
		}
		// Direct and read-only buffers show no array; the absolute read leaves the caller's position alone.
		byte[] copy = new byte[length];
		payload.get(payload.position(), copy);
		return NativeEngine.send(engine, session, kind, copy, 0, length);
	}
}
