package io.hawser.websocket.internal;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * One send that found its session full: waits for room, hands the loop over first if this thread drives one, and gives up
 * at the send time limit. Where the loop cannot be handed over nobody could make room, so it gives up at once. Knows no
 * messages but as kind and bytes.
 */
final class BlockedSend {
	/** Close code of a session whose peer does not read. */
	private static final int TRY_AGAIN_LATER = 1013;

	private BlockedSend() {
	}

	/** Sends as soon as there is room; returns the {@link SendOutcome}, never {@link SendOutcome#FULL}. */
	static int send(OutboundSession session, int kind, byte[] payload, int offset, int length) throws IOException {
		EngineRuntime engine = session.engine;
		SendGate gate = session.pressure().gate();
		long limitNanos = TimeUnit.MILLISECONDS.toNanos(engine.settings().outbound().sendTimeLimit().toMillis());
		long deadline = System.nanoTime() + limitNanos;
		boolean hasWaited = false;
		while (true) {
			long ticket = gate.ticket();
			// Behind the gate: a stop that does not see this sender waiting is seen here.
			if (engine.isStopping()) {
				return SendOutcome.CLOSED;
			}
			int outcome = NativeEngine.send(engine.id(), session.id, kind, payload, offset, length);
			if (outcome != SendOutcome.FULL) {
				if (outcome == SendOutcome.CLOSED && hasWaited && gate.endCode() == TRY_AGAIN_LATER) {
					throw SendFailure.givenUp(session.getId(), engine.settings().outbound());
				}
				return outcome;
			}
			if (!hasWaited && !Carrier.aboutToBlock()) {
				session.terminate();
				throw SendFailure.noThread(session.getId());
			}
			hasWaited = true;
			await(session, gate, ticket, deadline);
		}
	}

	private static void await(OutboundSession session, SendGate gate, long ticket, long deadline)
			throws IOException {
		try {
			if (gate.await(ticket, deadline)) {
				return;
			}
		} catch (InterruptedException interrupt) {
			Thread.currentThread().interrupt();
			throw SendFailure.interrupted(session.getId());
		}
		session.terminate();
		throw SendFailure.timedOut(session.getId(), session.engine.settings().outbound());
	}
}
