package io.hawser.websocket;

import java.nio.ByteBuffer;
import java.util.Objects;

/** Gives a message a position and limit of its own over the caller's bytes, so neither moves the other's. */
final class BufferView {
	private BufferView() {
	}

	static ByteBuffer of(ByteBuffer payload) {
		Objects.requireNonNull(payload, "payload");
		return payload.duplicate().order(payload.order());
	}
}
