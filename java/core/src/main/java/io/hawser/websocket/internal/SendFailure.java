package io.hawser.websocket.internal;

import io.hawser.websocket.ReadyState;
import io.hawser.websocket.SendTimeoutException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Locale;

/** What a sender is told when its message was not taken: cause and cure in a sentence. Knows no natives. */
final class SendFailure {
	private SendFailure() {
	}

	/** The session is closing, closed or unknown. */
	static IOException closed(String session, ReadyState state) {
		String now = state == ReadyState.OPEN ? "closing" : state.name().toLowerCase(Locale.ROOT);
		return new IOException("session " + session + " is " + now
				+ ", the message was not sent; ask isOpen() before sending, and expect this when the peer leaves");
	}

	/** The strategy has ended the session. */
	static IOException terminated(String session, int highWaterBytes) {
		return new IOException("session " + session + " is being closed with 1013, the message was not sent: the peer does "
				+ "not read, and " + highWaterBytes + " bytes waited for it, or maxBufferedBytes for all peers; send less, or "
				+ "raise sendHighWaterBytes");
	}

	/** Pings or pongs of the sender have ended the session. */
	static IOException tooManyPings(String session) {
		return new IOException("session " + session + " is being closed with 1013, the ping or pong was not sent: 65536 bytes of "
				+ "them waited for a peer that does not read; send fewer");
	}

	/** The sender drives the loop, and nobody could take it over while it waits. */
	static IOException noThread(String session) {
		return new IOException("session " + session + " is being closed with 1013, the message was not sent: the peer does not "
				+ "read, and the sender could not wait for it in its callback, because no thread could be started to drive the "
				+ "loop; the log has the reason");
	}

	/** The sender has waited as long as it may. */
	static SendTimeoutException timedOut(String session, OutboundSettings settings) {
		return new SendTimeoutException("session " + session + " is being closed with 1013, the message was not sent: the peer "
				+ "did not read enough for it within " + settings.sendTimeLimit().toMillis() + " ms (sendTimeLimit)");
	}

	/** The engine has ended the session while the sender waited. */
	static SendTimeoutException givenUp(String session, OutboundSettings settings) {
		return new SendTimeoutException("session " + session + " was closed with 1013 while the message waited for room, it was "
				+ "not sent: the peer took nothing for " + settings.sendTimeLimit().toMillis() + " ms (sendTimeLimit), or a "
				+ "publication found no room");
	}

	/** The sender was interrupted while it waited. */
	static InterruptedIOException interrupted(String session) {
		return new InterruptedIOException("interrupted while the message waited for room, it was not sent; session " + session
				+ " goes on");
	}

	/** The message stands in the middle of another one. */
	static IllegalStateException interleaved(String session) {
		return new IllegalStateException("session " + session + " is in the middle of a message of the other kind that is sent "
				+ "in parts (isLast() == false); send its last part first");
	}
}
