package io.hawser.websocket;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A text message, or one part of it. Immutable. What is sent is always valid UTF-8: a lone surrogate becomes
 * {@code '?'}, a malformed byte U+FFFD.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.TextMessage}.
 *
 * @since 0.1
 */
public final class TextMessage extends AbstractWebSocketMessage<String> {
	/** Longest part of the payload shown by {@link #toString()}, in chars. */
	private static final int SHOWN_CHARS = 10;

	/** What the message was wrapped around; {@code null} for one that has its text. */
	private final byte[] utf8;
	/** The text of a wrapped message, made when it is asked for; threads that race make the same. */
	private String decoded;

	/**
	 * Create a whole message.
	 *
	 * @param payload the text
	 * @since 0.1
	 */
	public TextMessage(CharSequence payload) {
		this(payload, true);
	}

	/**
	 * Create a whole message from UTF-8. The bytes are not kept.
	 *
	 * @param payload the text in UTF-8
	 * @since 0.1
	 */
	public TextMessage(byte[] payload) {
		this(new String(Objects.requireNonNull(payload, "payload"), StandardCharsets.UTF_8), true);
	}

	/**
	 * Create a message or one part of it.
	 *
	 * @param payload the text; a part must not end between two surrogates
	 * @param isLast whether this is the end of the message
	 * @since 0.1
	 */
	public TextMessage(CharSequence payload, boolean isLast) {
		this(Objects.requireNonNull(payload, "payload").toString(), null, isLast, null);
	}

	private TextMessage(String payload, byte[] utf8, boolean isLast, Boolean compress) {
		super(payload, isLast, compress);
		this.utf8 = utf8;
	}

	/**
	 * Create a whole message of UTF-8 that a session sends as it is, for what was encoded anyway, such as JSON. It is neither
	 * copied nor decoded, unless the text is asked for. Beyond Spring.
	 *
	 * @param utf8 the text in UTF-8; the message keeps the array, which must not be changed any more
	 * @return the message
	 * @since 0.1
	 */
	public static TextMessage wrap(byte[] utf8) {
		return new TextMessage(null, Objects.requireNonNull(utf8, "utf8"), true, null);
	}

	@Override
	public String getPayload() {
		if (utf8 == null) {
			return super.getPayload();
		}
		String text = decoded;
		if (text == null) {
			text = new String(utf8, StandardCharsets.UTF_8);
			decoded = text;
		}
		return text;
	}

	/**
	 * Return whether the message was {@linkplain #wrap made around} UTF-8.
	 * @return whether {@link #asBytes()} returns that array
	 * @since 0.1
	 */
	public boolean isWrapped() {
		return utf8 != null;
	}

	/**
	 * Return the size of the text in UTF-8. Counted anew at each call, without encoding.
	 * @return the number of bytes
	 */
	@Override
	public int getPayloadLength() {
		if (utf8 != null) {
			return utf8.length;
		}
		String text = getPayload();
		int bytes = text.length();
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c < 0x80) {
				continue;
			}
			if (c < 0x800) {
				bytes++;
			} else if (!Character.isSurrogate(c)) {
				bytes += 2;
			} else if (Character.isHighSurrogate(c) && i + 1 < text.length()
					&& Character.isLowSurrogate(text.charAt(i + 1))) {
				bytes += 2;
				i++;
			}
		}
		return bytes;
	}

	/**
	 * Return the text in UTF-8.
	 * @return a new array; that of a {@linkplain #wrap wrapped} message
	 * @since 0.1
	 */
	public byte[] asBytes() {
		return utf8 != null ? utf8 : getPayload().getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Return this message with a word of its own on compression, in place of what {@link Compression} says for its size.
	 * Means nothing where the session has not agreed to permessage-deflate, nor for parts of messages, which are never
	 * compressed.
	 *
	 * @param compress {@code true} to compress it whatever its size, {@code false} not to
	 * @return a message with the same payload, which is not copied
	 * @since 0.1
	 */
	public TextMessage withCompression(boolean compress) {
		return new TextMessage(super.getPayload(), utf8, isLast(), compress);
	}

	@Override
	protected String toStringPayload() {
		String text = getPayload();
		return text.length() > SHOWN_CHARS ? text.substring(0, SHOWN_CHARS) + ".." : text;
	}
}
