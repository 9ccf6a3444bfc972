package io.hawser.websocket.internal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The native functions of the engine, declared and nothing else. Knows nothing of sessions, handlers or threads.
 *
 * <p>Java holds numbers, never addresses: {@code engine} and {@code session} are ids; one that is no longer valid is
 * answered with {@link SendOutcome#CLOSED}. Call {@link NativeLibrary#ensureAvailable()} before the first of them.
 * <p><b>Threads:</b> {@code turn}, {@code fetch} and the two buffers belong to the {@link Carrier} that drives the loop; all others may
 * be called from any thread.
 */
final class NativeEngine {
	/** Number of the function and layout set below; {@link #abiVersion()} must equal it. */
	static final int ABI_VERSION = 5;

	private NativeEngine() {
	}

	/** Returns the {@link #ABI_VERSION} that the library was built for. */
	static native int abiVersion();

	/** Returns the library's version, which must equal {@link BuildInfo#VERSION}. */
	static native String version();

	/**
	 * Binds the port and makes the loops; nothing runs before the first {@link #turn}.
	 * @param config UTF-8 lines {@code key=value}
	 * @param tls the record of {@link TlsSources}; empty serves without TLS
	 * @return the engine's id
	 * @throws IllegalArgumentException naming the key, its value and the allowed range, or a name of the record
	 * @throws IOException if the address cannot be bound; names the address
	 */
	static native long start(byte[] config, byte[] tls) throws IOException;

	/**
	 * Exchanges the certificates for new connections.
	 * @param tls the record of {@link TlsSources}
	 * @throws IllegalArgumentException naming an identity of the record; the old certificates stay
	 * @throws IllegalStateException if the engine was started without TLS, or released
	 */
	static native void reloadTls(long engine, byte[] tls);

	/**
	 * Chooses among the offers of permessage-deflate (RFC 7692 section 5.1); in linear time.
	 * @param offers the values of all {@code Sec-WebSocket-Extensions} headers, joined by line feeds, one byte a char
	 * @param contextTakeover 1 to agree to it
	 * @param maxWindowBits 9 to 15
	 * @return the value of the answer's header; empty if nothing is agreed on
	 */
	static native byte[] negotiateDeflate(byte[] offers, int contextTakeover, int maxWindowBits);

	/** Returns the bound TCP port. */
	static native int port(long engine);

	/** Returns the read buffer of a loop; valid until {@link #release}, readable outside {@link #turn} only. */
	static native ByteBuffer arena(long engine, int loop);

	/** Returns the buffer of event descriptors of a loop ({@link EventBatchLayout}); same rules as the arena. */
	static native ByteBuffer events(long engine, int loop);

	/**
	 * Flushes, drives the loop and waits for events.
	 * @param epoch grows each time that another carrier takes the loop over
	 * @return the number of events, or -1 when the loop has stopped and all its closed events were delivered
	 * @throws IllegalStateException if another thread drives the loop, or has driven it with a greater epoch, or the engine
	 * was released
	 */
	static native int turn(long engine, int loop, long epoch);

	/** Returns the payload of an event with {@link EventBatchLayout#FETCH}; once only, before the next turn. */
	static native byte[] fetch(long engine, int loop, int index);

	/**
	 * Completes the opening handshake with 101.
	 * @param head UTF-8 lines {@code Name: value} of extra response headers
	 * @param windowBytes inbound window, used up at the start: nothing is read before {@link #consumed} gives of it back;
	 * 0 = not counted
	 * @param maxTextBytes limit of a text message
	 * @param maxBinaryBytes limit of a binary message
	 * @param flags bit 0: deliver partial messages
	 * @param extension what {@link #negotiateDeflate} returned
	 * @param deflateLevel 1 to 9
	 * @param deflateThresholdBytes smaller messages are not compressed
	 * @param lowWaterBytes below which {@link EventBatchLayout#DRAINED} is told; at most {@code highWaterBytes}
	 * @param highWaterBytes from which on the strategy decides
	 * @param overflow 0 block, 1 terminate, 2 drop the oldest, 3 drop the newest
	 * @return a {@link SendOutcome}
	 */
	static native int accept(long engine, long session, byte[] head, int windowBytes, int maxTextBytes,
			int maxBinaryBytes, int flags, byte[] extension, int deflateLevel, int deflateThresholdBytes, int lowWaterBytes,
			int highWaterBytes, int overflow);

	/** Answers a request that is not accepted; the engine adds Content-Length and Connection. */
	static native int respond(long engine, long session, int status, byte[] head, byte[] body);

	/**
	 * Copies, accounts and queues one message.
	 * @param kind 1 text, 2 binary, 3 ping, 4 pong; plus 16 if more parts of the message follow, 32 never to compress
	 * it, 64 to compress it whatever its size, 128 to refuse a text that is not UTF-8; parts are never compressed
	 * @return a {@link SendOutcome}
	 */
	static native int send(long engine, long session, int kind, byte[] payload, int offset, int length);

	/**
	 * Returns the buffer of the current thread for {@link #sendText}; valid until the thread ends, written to by no other.
	 */
	static native ByteBuffer textBuffer();

	/**
	 * As {@link #send}, of a text that lies in UTF-8 at the beginning of the current thread's {@link #textBuffer()}.
	 * @param units its length as a {@code String}; at most {@link TextBuffer#MAX_CHARS}
	 */
	static native int sendText(long engine, long session, int kind, int units);

	/**
	 * Closes with 1013 without what waits, because a sender has waited too long for the peer.
	 * @return {@link SendOutcome#TERMINATED}, or {@link SendOutcome#CLOSED} if the session was closing already
	 */
	static native int terminate(long engine, long session);

	/**
	 * Subscribes a session; counts at once.
	 * @param topic 1 to 255 bytes of UTF-8
	 * @return 1 if it is new, 0 if it was subscribed before, -1 if the session is not open, -2 if it has too many topics
	 */
	static native int subscribe(long engine, long session, byte[] topic);

	/** Ends a subscription; returns 1, or 0 if there was none, or -1 if the session is not open. */
	static native int unsubscribe(long engine, long session, byte[] topic);

	/** Returns 1 if the session has subscribed, else 0. */
	static native int isSubscribed(long engine, long session, byte[] topic);

	/** Returns the number of sessions that have subscribed. */
	static native int subscribers(long engine, byte[] topic);

	/**
	 * Queues one message for all subscribers; never waits.
	 * @param kind 1 text, 2 binary, plus 32 or 64 as for {@link #send}
	 * @param excludedSession is left out; 0 for none
	 * @param conflateKey a waiting publication of the same topic and key gives way; {@code null} for none
	 * @return the number of subscribers, without the one that is left out
	 * @throws IllegalStateException if the engine was released
	 */
	static native int publish(long engine, byte[] topic, int kind, byte[] payload, int offset, int length,
			long excludedSession, byte[] conflateKey);

	/**
	 * Starts the closing handshake; 1005 sends an empty close frame, 1006 and 1015 cut the connection.
	 * @param reason UTF-8, at most 123 bytes
	 * @return {@link SendOutcome#CLOSED} if the session was closing already
	 */
	static native int close(long engine, long session, int code, byte[] reason);

	/**
	 * Answers the closing that the peer began ({@link EventBatchLayout#CLOSING}); called when all messages before it have
	 * been handled. The engine does not wait for it longer than the close timeout.
	 */
	static native void proceedClosing(long engine, long session);

	/** Returns 0 connecting, 1 open, 2 closing, 3 closed; 3 for ids that are no longer valid. */
	static native int readyState(long engine, long session);

	/** Returns the bytes accepted and not yet written to the socket, or to TLS, frame headers included. */
	static native long bufferedAmount(long engine, long session);

	/** Gives back inbound window credit: the sum of the costs of finished events. */
	static native void consumed(long engine, long session, int bytes);

	/** Sets the message limits in bytes, from the next message on. */
	static native void setMessageLimits(long engine, long session, int textBytes, int binaryBytes);

	/**
	 * Finds the opening handshake that the upstream is being asked about.
	 * @param header the value of {@code X-Hawser-Connection}, one byte a char
	 * @return the connection's id, 8 bytes big endian, and a {@link RequestRecord} behind it; empty if the header is not ours or
	 * the upstream has answered
	 */
	static native byte[] findUpgrade(long engine, byte[] header);

	/** Returns 1 if the upstream is being asked about this connection, else 0. */
	static native int isAsked(long engine, long session);

	/**
	 * Finds who has the spliced connection that comes to the upstream from a port of ours.
	 * @return a {@link RequestRecord} with an empty head; empty if there is none
	 */
	static native byte[] findClient(long engine, int sourcePort);

	/** Starts the stop: no more connections, 1001 to every session, a cut at the deadline. Idempotent. */
	static native void stop(long engine, int timeoutMs);

	/** Frees the engine and its buffers; only when no carrier reads these any more. */
	static native void release(long engine);

	/** Returns the counters in the order of {@link io.hawser.websocket.EngineCounters}. */
	static native long[] counters(long engine);

	/** Panics inside the connection; only with the setting {@code test_hooks=1}, else IllegalStateException. */
	static native void panicForTest(long engine, long session);
}
