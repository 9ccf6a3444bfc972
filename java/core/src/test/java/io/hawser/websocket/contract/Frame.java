package io.hawser.websocket.contract;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One frame by hand (RFC 6455 section 5.2). Checks nothing: tests also need wrong ones.
 *
 * @param first FIN, reserved bits and opcode
 */
public record Frame(int first, byte[] payload) {
	public static final int FIN = 0x80;
	/** Says that a message is compressed (RFC 7692 section 6). */
	public static final int RSV1 = 0x40;
	public static final int CONTINUATION = 0;
	public static final int TEXT = 1;
	public static final int BINARY = 2;
	public static final int CLOSE = 8;
	public static final int PING = 9;
	public static final int PONG = 10;

	public static Frame text(String text) {
		return new Frame(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8));
	}

	public static Frame binary(byte[] payload) {
		return new Frame(FIN | BINARY, payload);
	}

	/** Returns a whole frame of any opcode. */
	public static Frame of(int opcode, byte[] payload) {
		return new Frame(FIN | opcode, payload);
	}

	/** Returns a frame after which more of the message follows. */
	public static Frame part(int opcode, byte[] payload) {
		return new Frame(opcode, payload);
	}

	public static Frame close(int code, String reason) {
		byte[] text = reason.getBytes(StandardCharsets.UTF_8);
		return new Frame(FIN | CLOSE, ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array());
	}

	public int opcode() {
		return first & 0x0F;
	}

	public boolean isCompressed() {
		return (first & RSV1) != 0;
	}

	public boolean isLast() {
		return (first & FIN) != 0;
	}

	public String text() {
		return new String(payload, StandardCharsets.UTF_8);
	}

	/** Returns the code of a close frame; 1005 if it has none. */
	public int closeCode() {
		return payload.length < 2 ? 1005 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
	}

	public String closeReason() {
		return new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
	}

	/** Returns the bytes as a client sends them. */
	public byte[] masked() {
		return encode(ThreadLocalRandom.current().nextInt(), true);
	}

	/** Returns the bytes without the mask that a client must use. */
	public byte[] unmasked() {
		return encode(0, false);
	}

	private byte[] encode(int mask, boolean isMasked) {
		ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 14);
		int bit = isMasked ? 0x80 : 0;
		out.write(first);
		if (payload.length < 126) {
			out.write(bit | payload.length);
		} else if (payload.length < 65536) {
			out.write(bit | 126);
			out.writeBytes(ByteBuffer.allocate(2).putShort((short) payload.length).array());
		} else {
			out.write(bit | 127);
			out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
		}
		if (!isMasked) {
			out.writeBytes(payload);
			return out.toByteArray();
		}
		byte[] key = ByteBuffer.allocate(4).putInt(mask).array();
		out.writeBytes(key);
		for (int i = 0; i < payload.length; i++) {
			out.write(payload[i] ^ key[i & 3]);
		}
		return out.toByteArray();
	}
}
