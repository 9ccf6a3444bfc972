package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Messages for a peer that does not read: one that stays half-written for certain, and numbered ones behind it. */
final class Backlog {
	/** More than the socket buffers of both sides take together. */
	static final int PLUG_BYTES = 16 << 20;

	/** Less than what is left of the plug when the socket takes no more. */
	static final int WAITING_BYTES = PLUG_BYTES / 4;

	/** Frame header of a message of 64 KiB or more. */
	static final int LONG_HEADER_BYTES = 10;

	private Backlog() {
	}

	/**
	 * Fills the socket from outside of callbacks, so that nothing more is written before the peer reads: sends one message, of
	 * which most waits. A high-water mark up to {@link #WAITING_BYTES} is reached then and stays so.
	 */
	static void plug(WebSocketSession session) throws Exception {
		session.sendMessage(plug());
		Await.until("a part of it is written", () -> session.getBufferedAmount() < PLUG_BYTES);
	}

	/** Returns the message that {@link #plug(WebSocketSession)} sends. */
	static BinaryMessage plug() {
		return new BinaryMessage(new byte[PLUG_BYTES]);
	}

	/** Reads what {@link #plug(WebSocketSession)} has sent. */
	static void readPlug(RawClient client) throws IOException {
		assertEquals(PLUG_BYTES, client.read().payload().length);
	}

	static BinaryMessage numbered(int number, int bytes) {
		return new BinaryMessage(ByteBuffer.allocate(bytes).putInt(0, number));
	}

	/** Returns the number of the next message, which is numbered. */
	static int readNumber(RawClient client) throws IOException {
		Frame frame = client.read();
		assertEquals(Frame.FIN | Frame.BINARY, frame.first());
		return ByteBuffer.wrap(frame.payload()).getInt();
	}
}
