package io.hawser.websocket.internal;

/**
 * Layout of one event descriptor; a batch is an array of them in native byte order. Knows nothing of buffers.
 *
 * <pre>
 *   0               4               8              12      13      14      15
 *  +---------------+---------------+---------------+-------+-------+---------------+
 *  |            session            |     slot      | kind  | flags |     code      |
 *  +---------------+---------------+---------------+-------+-------+---------------+
 *  |    offset     |    length     |     cost      |   reserved    |
 *  +---------------+---------------+---------------+---------------+
 *  16              20              24              28              32
 * </pre>
 */
final class EventBatchLayout {
	static final int SESSION = 0;
	static final int SLOT = SESSION + Long.BYTES;
	static final int KIND = SLOT + Integer.BYTES;
	static final int FLAGS = KIND + Byte.BYTES;
	static final int CODE = FLAGS + Byte.BYTES;
	static final int OFFSET = CODE + Short.BYTES;
	static final int LENGTH = OFFSET + Integer.BYTES;
	static final int COST = LENGTH + Integer.BYTES;
	static final int RESERVED = COST + Integer.BYTES;
	/** Bytes of one descriptor. */
	static final int SIZE = RESERVED + Integer.BYTES;

	/** An opening handshake or a plain HTTP request; payload: {@link RequestRecord}. */
	static final int REQUEST = 1;
	static final int TEXT = 2;
	static final int BINARY = 3;
	static final int PONG = 4;
	/** The transport failed; payload: what happened, for {@code handleTransportError}. */
	static final int FAILED = 5;
	/** The session has ended with code and reason; code 0: it was never accepted. */
	static final int CLOSED = 6;
	/** The session fell below its low-water mark after {@link SendOutcome#FULL} or {@link SendOutcome#PRESSURED}. */
	static final int DRAINED = 7;
	/** A line of the native log; code: 1 error, 2 warning, 3 info, 4 debug, 5 trace. */
	static final int LOG = 8;
	/** The peer sent a Close frame or broke a rule; answered when all messages before it have been handled. */
	static final int CLOSING = 9;
	/** Messages were dropped since the last such event; payload: their number and their bytes, two little-endian longs. */
	static final int DROPPED = 10;

	/** The upstream has accepted an opening handshake; payload: {@code Name: value} lines for the 101. */
	static final int ACCEPTED = 11;

	/** The payload must be fetched; the offset means nothing. */
	static final int FETCH = 1;
	/** Every byte of the payload is below 0x80. */
	static final int ASCII = 2;
	/** First part of a message. */
	static final int FIRST = 4;
	/** Last part of a message; a whole message is first and last. */
	static final int LAST = 8;
	/** The request is a valid opening handshake. */
	static final int UPGRADE = 16;

	private EventBatchLayout() {
	}
}
