package io.hawser.websocket;

import java.util.Objects;

/**
 * What an engine has counted since its start. All numbers but {@code connectionsOpen} only grow; they are read one after
 * the other, so two of them may differ by what happened in between.
 *
 * <p>Source: Hawser's own.
 *
 * @param connectionsAccepted TCP connections taken from the listener
 * @param connectionsOpen TCP connections open now, whatever they speak
 * @param handshakesRefused opening handshakes answered with anything but 101, and plain HTTP requests refused before any
 * handler saw them
 * @param sessionsOpened sessions established
 * @param sessionsClosed sessions ended
 * @param panics faults inside the native engine; each has closed one connection, and is a bug to report
 * @param messagesIn text, binary and pong messages handed to handlers
 * @param messagesOut messages accepted from handlers
 * @param bytesIn bytes read from sockets
 * @param bytesOut bytes written to sockets
 * @param refusedOverLimit connections refused with 503 or 429, or cut, because a limit on connections was reached
 * @param terminatedSlow sessions closed with 1013 because so much waited for their peer: by
 * {@link OverflowStrategy#TERMINATE}; by {@link OverflowStrategy#BLOCK} where a publication found no room; by the strategies
 * that drop, in the middle of a message in parts at twice the mark; and for 65,536 bytes of the handler's own pings and pongs.
 * The mark is {@link WebSocketEngineBuilder#sendHighWaterBytes}, or where {@link WebSocketEngineBuilder#maxBufferedBytes} is
 * reached 16,384 bytes
 * @param violations sessions closed because their peer broke a rule of the protocol or a limit
 * @param transportsLost sessions whose connection ended without a closing handshake, also because the peer did not answer
 * ours in time; and plain HTTP requests whose connection failed before they were answered
 * @param handshakesAbandoned connections that ended, or were cut at a deadline, before one request of theirs
 * was there and could be handed on
 * @param tlsHandshakesFailed connections that ended in their TLS handshake
 * @param messagesPublished messages published, whether anybody had subscribed or not
 * @param publicationsDelivered of them, how many were queued for a subscriber, counted for each
 * @param droppedOldest messages dropped by {@link OverflowStrategy#DROP_OLDEST}, publications for each subscriber
 * @param droppedNewest messages dropped by {@link OverflowStrategy#DROP_NEWEST}, and those of
 * {@link OverflowStrategy#DROP_OLDEST} where nothing older could be dropped; and whatever the strategy, publications for
 * subscribers whose loop was 64 MiB of publications behind
 * @param droppedConflated publications that gave way to a newer one of the same key ({@link PublishOptions#conflate})
 * @param terminatedStalled sessions closed with 1013 because a sender, or what waited, has waited for their peer as long as
 * {@link WebSocketEngineBuilder#sendTimeLimit} allows, or because a sender in a callback would have had to wait and no thread
 * could be started to drive the loop; not among {@code terminatedSlow}
 * @param connectionsSpliced connections passed through to the {@link Upstream}, tunnels included
 * @param upgradesTunnelled opening handshakes that the upstream answered with a 101 of its own: their frames pass through it
 * @param upgradesAccepted sessions that were opened because the upstream accepted them ({@link UpgradeRequest#accept})
 * @param upstreamFailed requests answered 502 or 504 because the upstream could not be reached, or answered neither in HTTP
 * nor in time
 * @param loopTakeOvers times that a loop went to another thread because a callback blocked
 * @param handlersMoved handlers moved to worker threads because they block often
 * @since 0.1
 */
public record EngineCounters(long connectionsAccepted, long connectionsOpen, long handshakesRefused,
		long sessionsOpened, long sessionsClosed, long panics, long messagesIn, long messagesOut, long bytesIn,
		long bytesOut, long refusedOverLimit, long terminatedSlow, long violations, long transportsLost,
		long handshakesAbandoned, long tlsHandshakesFailed, long messagesPublished, long publicationsDelivered,
		long droppedOldest, long droppedNewest, long droppedConflated, long terminatedStalled,
		long connectionsSpliced, long upgradesTunnelled, long upgradesAccepted, long upstreamFailed, long loopTakeOvers,
		long handlersMoved) {
	private static final int COUNT = EngineCounters.class.getRecordComponents().length;

	/**
	 * Create the record from numbers in the order of its components.
	 *
	 * @param values as many numbers as there are components
	 * @return the counters
	 * @throws IllegalArgumentException if there are fewer numbers
	 * @since 0.1
	 */
	public static EngineCounters of(long[] values) {
		Objects.requireNonNull(values, "values");
		if (values.length < COUNT) {
			throw new IllegalArgumentException("values: expected " + COUNT + " counters, not " + values.length);
		}
		return new EngineCounters(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7],
				values[8], values[9], values[10], values[11], values[12], values[13], values[14], values[15],
				values[16], values[17], values[18], values[19], values[20], values[21], values[22], values[23],
				values[24], values[25], values[26], values[27]);
	}
}
