package io.hawser.websocket.contract;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** The client's end of permessage-deflate (RFC 7692 section 7.2) over the JDK's zlib, which shares nothing with ours. */
final class MessageCodec {
	/** What a sender leaves out and a receiver puts back. */
	private static final byte[] TAIL = {0, 0, -1, -1};

	private final boolean contextTakeover;
	private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
	private final Inflater inflater = new Inflater(true);

	MessageCodec(boolean contextTakeover) {
		this.contextTakeover = contextTakeover;
	}

	/** Returns a compressed text message in one frame. */
	Frame text(String text) {
		return new Frame(Frame.FIN | Frame.RSV1 | Frame.TEXT, deflate(text.getBytes(StandardCharsets.UTF_8)));
	}

	/** Returns a compressed binary message in one frame. */
	Frame binary(byte[] message) {
		return new Frame(Frame.FIN | Frame.RSV1 | Frame.BINARY, deflate(message));
	}

	byte[] deflate(byte[] message) {
		deflater.setInput(message);
		byte[] buffer = new byte[message.length + 1024];
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		int produced;
		do {
			produced = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
			out.write(buffer, 0, produced);
		} while (produced == buffer.length);
		if (!contextTakeover) {
			deflater.reset();
		}
		byte[] bytes = out.toByteArray();
		return Arrays.copyOf(bytes, bytes.length - TAIL.length);
	}

	/** Returns the message of a whole frame, compressed or not. */
	byte[] read(Frame frame) throws DataFormatException {
		if (!frame.isCompressed()) {
			return frame.payload();
		}
		byte[] input = Arrays.copyOf(frame.payload(), frame.payload().length + TAIL.length);
		System.arraycopy(TAIL, 0, input, frame.payload().length, TAIL.length);
		inflater.setInput(input);
		byte[] buffer = new byte[8192];
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		int produced = inflater.inflate(buffer);
		while (produced > 0) {
			out.write(buffer, 0, produced);
			produced = inflater.inflate(buffer);
		}
		if (!contextTakeover) {
			inflater.reset();
		}
		return out.toByteArray();
	}

	String readText(Frame frame) throws DataFormatException {
		return new String(read(frame), StandardCharsets.UTF_8);
	}
}
