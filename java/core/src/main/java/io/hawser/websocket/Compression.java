package io.hawser.websocket;

import io.hawser.websocket.internal.EngineSettings;

/**
 * How the sessions of a handler use permessage-deflate (RFC 7692): whether it is agreed to when a client offers it, and
 * which outbound messages are compressed. Immutable; each {@code with} method returns a copy, and {@link #OFF} stays off
 * whatever is set. Inbound, compressed and uncompressed messages are taken as they come, and count after inflating.
 *
 * <p><b>Parts:</b> a compressed message comes as a whole, also to a handler that takes messages in parts. So with such a
 * handler the extension is declined, unless {@link WebSocketHandlerRegistration#setCompression} was called for it.
 *
 * <p><b>Secrets:</b> compression shows in the length what TLS hides. Where a secret and text that an attacker chooses
 * are compressed together, in one message or, with {@link #withContextTakeover context takeover}, anywhere in one
 * connection, an attacker who sees the lengths guesses the secret piece by piece: a right guess makes the message
 * shorter (the attacks CRIME and BREACH). So do not send a peer's input back beside a secret, or switch compression off
 * for such messages ({@link TextMessage#withCompression(boolean)}) or for the whole handler
 * ({@link WebSocketHandlerRegistration#setCompression}).
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public final class Compression {
	/**
	 * No compression: the extension is declined, whoever offers it.
	 * @since 0.1
	 */
	public static final Compression OFF = new Compression(false, 128, 1, false, 15);

	/**
	 * The default: messages from 128 bytes on are compressed with level 1, each by itself. A session costs no more memory
	 * than one without compression.
	 * @since 0.1
	 */
	public static final Compression DEFAULT = new Compression(true, 128, 1, false, 15);

	private final boolean on;
	private final int thresholdBytes;
	private final int level;
	private final boolean contextTakeover;
	private final int maxWindowBits;

	private Compression(boolean on, int thresholdBytes, int level, boolean contextTakeover, int maxWindowBits) {
		this.on = on;
		this.thresholdBytes = thresholdBytes;
		this.level = level;
		this.contextTakeover = contextTakeover;
		this.maxWindowBits = maxWindowBits;
	}

	/**
	 * Set from which size on a message is compressed. Default 128. Smaller ones cost more time than they save bytes.
	 *
	 * @param bytes 0 to 2,147,483,639; a message of exactly this size is compressed
	 * @return a copy
	 * @throws IllegalArgumentException if the size is outside that range
	 * @since 0.1
	 */
	public Compression withThresholdBytes(int bytes) {
		int checked = EngineSettings.range("thresholdBytes", bytes, 0, EngineSettings.MAX_MESSAGE_BYTES);
		return new Compression(on, checked, level, contextTakeover, maxWindowBits);
	}

	/**
	 * Set the effort, as in zlib. Default 1, which is by far the fastest.
	 *
	 * @param level 1, fast, to 9, small
	 * @return a copy
	 * @throws IllegalArgumentException if the level is outside that range
	 * @since 0.1
	 */
	public Compression withLevel(int level) {
		int checked = EngineSettings.range("level", level, 1, 9);
		return new Compression(on, thresholdBytes, checked, contextTakeover, maxWindowBits);
	}

	/**
	 * Set whether messages may refer to those before them, if the client agrees. Default {@code false}. It makes small
	 * similar messages several times smaller, for up to 420 KB of memory in each session that has sent and received
	 * compressed messages; of these the compressor's 380 KB are given back when the session has compressed nothing for 30
	 * to 60 s.
	 *
	 * @param contextTakeover {@code true} to agree to context takeover in both directions
	 * @return a copy
	 * @since 0.1
	 */
	public Compression withContextTakeover(boolean contextTakeover) {
		return new Compression(on, thresholdBytes, level, contextTakeover, maxWindowBits);
	}

	/**
	 * Set how far back a message may refer, as a power of two in bytes. Default 15, which is 32 KiB. A client that allows
	 * only less gets less; one that allows only 8 gets no compression.
	 *
	 * @param bits 9 to 15
	 * @return a copy
	 * @throws IllegalArgumentException if the number is outside that range
	 * @since 0.1
	 */
	public Compression withMaxWindowBits(int bits) {
		int checked = EngineSettings.range("maxWindowBits", bits, 9, 15);
		return new Compression(on, thresholdBytes, level, contextTakeover, checked);
	}

	/**
	 * Return whether the extension is agreed to at all.
	 * @return {@code false} for {@link #OFF}
	 * @since 0.1
	 */
	public boolean isOn() {
		return on;
	}

	/**
	 * Return from which size on a message is compressed.
	 * @return the size in bytes
	 * @since 0.1
	 */
	public int getThresholdBytes() {
		return thresholdBytes;
	}

	/**
	 * Return the effort.
	 * @return 1 to 9
	 * @since 0.1
	 */
	public int getLevel() {
		return level;
	}

	/**
	 * Return whether messages may refer to those before them.
	 * @return {@code false} by default
	 * @since 0.1
	 */
	public boolean isContextTakeover() {
		return contextTakeover;
	}

	/**
	 * Return how far back a message may refer.
	 * @return 9 to 15, the power of two of a number of bytes
	 * @since 0.1
	 */
	public int getMaxWindowBits() {
		return maxWindowBits;
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Compression that && on == that.on && thresholdBytes == that.thresholdBytes
				&& level == that.level && contextTakeover == that.contextTakeover && maxWindowBits == that.maxWindowBits;
	}

	@Override
	public int hashCode() {
		return toString().hashCode();
	}

	@Override
	public String toString() {
		return on ? "Compression[thresholdBytes=" + thresholdBytes + ", level=" + level + ", contextTakeover="
				+ contextTakeover + ", maxWindowBits=" + maxWindowBits + "]" : "Compression[off]";
	}
}
