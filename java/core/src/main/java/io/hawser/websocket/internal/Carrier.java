package io.hawser.websocket.internal;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.PongMessage;
import io.hawser.websocket.TextMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Drives one loop: turn, read the batch, deliver its events; until the loop has stopped. Knows no callbacks and no HTTP.
 *
 * <p>Runs on one daemon thread. Whatever is thrown while an event is delivered ends that event's session, never this.
 */
final class Carrier implements Runnable {
	/** Turns that may fail one after the other before the loop counts as broken. */
	private static final int MAX_FAILED_TURNS = 10;

	/** Times that the end of a session is tried to be delivered while memory is short. */
	private static final int CLOSED_TRIES = 1000;

	/** Pause before what memory was too short for is tried again. */
	private static final long PAUSE_MS = 10;

	private final EngineRuntime engine;
	private final int loop;
	private final SessionTable sessions;
	private final RequestRouter requests;
	private final EventBatchReader events;
	private final PayloadReader payloads;

	Carrier(EngineRuntime engine, int loop, SessionTable sessions, RequestRouter requests) {
		this.engine = engine;
		this.loop = loop;
		this.sessions = sessions;
		this.requests = requests;
		this.events = new EventBatchReader(NativeEngine.events(engine.id(), loop));
		Rehearsal.run();
		this.payloads = new PayloadReader(engine.id(), loop, NativeEngine.arena(engine.id(), loop));
	}

	/** Hands the loop over if the current thread drives one: it is about to wait for something outside. */
	static void aboutToBlock() {
	}

	@Override
	public void run() {
		try {
			engine.callbackThreads().run(this::drive);
		} finally {
			engine.carrierLeft();
		}
	}

	/** Drives until the loop has stopped. Sessions that are left then are those of a broken loop. */
	private void drive() {
		try {
			int count = turn();
			while (count >= 0) {
				deliver(count);
				count = turn();
			}
		} catch (Throwable broken) {
			engine.loopBroken(broken);
		}
		sessions.forEach(this::end);
	}

	/** Returns the number of events, or -1; throws if the loop is broken. */
	private int turn() {
		int failed = 0;
		while (true) {
			try {
				return NativeEngine.turn(engine.id(), loop);
			} catch (IllegalStateException broken) {
				throw broken;
			} catch (OutOfMemoryError shortage) {
				pause();
			} catch (Throwable failure) {
				if (++failed == MAX_FAILED_TURNS) {
					throw failure;
				}
				EngineLog.error(Trouble.TURN_FAILED, failure);
			}
		}
	}

	private void deliver(int count) {
		try {
			events.reset(count);
			while (events.next()) {
				try {
					deliver();
				} catch (Throwable failure) {
					undeliverable(failure);
				}
			}
		} catch (Throwable failure) {
			EngineLog.error(Trouble.BATCH_LOST, failure);
		}
	}

	private void deliver() {
		switch (events.kind()) {
			case EventBatchLayout.TEXT -> message(EventBatchLayout.TEXT);
			case EventBatchLayout.BINARY -> message(EventBatchLayout.BINARY);
			case EventBatchLayout.PONG -> message(EventBatchLayout.PONG);
			case EventBatchLayout.REQUEST -> requests.route(sessions, events.slot(), events.session(),
					new RequestRecord(payloads.bytes(events)), events.has(EventBatchLayout.UPGRADE));
			case EventBatchLayout.CLOSING -> tell(Dispatcher.CLOSING);
			case EventBatchLayout.FAILED -> tell(new IOException(payloads.text(events)));
			case EventBatchLayout.CLOSED -> closed();
			case EventBatchLayout.DRAINED -> drained();
			case EventBatchLayout.DROPPED -> dropped();
			case EventBatchLayout.LOG -> log();
			default -> EngineLog.debug("loop " + loop + ": unknown event " + events.kind());
		}
	}

	private void message(int kind) {
		NativeSession session = sessions.get(events.slot(), events.session());
		if (session == null) {
			return;
		}
		if (session.hasLostMessages()) {
			NativeEngine.consumed(engine.id(), session.nativeId(), events.cost());
			return;
		}
		boolean last = events.has(EventBatchLayout.LAST);
		Object message = switch (kind) {
			case EventBatchLayout.TEXT -> new TextMessage(payloads.text(events), last);
			case EventBatchLayout.BINARY -> new BinaryMessage(payloads.bytes(events), last);
			default -> new PongMessage(ByteBuffer.wrap(payloads.bytes(events)));
		};
		session.mailbox().deliver(message, events.cost());
	}

	private void log() {
		String about = events.session() == 0 ? "" : "session " + engine.sessionIdText(events.session()) + ": ";
		EngineLog.fromNative(events.code(), about + payloads.text(events));
	}

	private void tell(Object content) {
		NativeSession session = sessions.get(events.slot(), events.session());
		if (session != null) {
			session.mailbox().deliver(content, 0);
		}
	}

	private void drained() {
		NativeSession session = sessions.get(events.slot(), events.session());
		if (session != null) {
			session.drained();
		}
	}

	private void dropped() {
		NativeSession session = sessions.get(events.slot(), events.session());
		if (session != null) {
			ByteBuffer counts = ByteBuffer.wrap(payloads.bytes(events)).order(ByteOrder.LITTLE_ENDIAN);
			session.dropped(counts.getLong(), counts.getLong());
		}
	}

	private void closed() {
		NativeSession session = sessions.get(events.slot(), events.session());
		if (session != null) {
			session.ended(events.code());
			session.mailbox().deliver(closeStatus(), 0);
			sessions.remove(events.slot(), events.session());
		}
	}

	private Object closeStatus() {
		if (events.code() == 0) {
			return Dispatcher.NEVER_ACCEPTED;
		}
		return new CloseStatus(events.code(), events.length() == 0 ? null : payloads.text(events));
	}

	/**
	 * What could not be decoded or queued is lost, so its session must end; that it ends must not be lost. Throws nothing,
	 * and logs last: where memory has run out, the log may fail as well.
	 */
	private void undeliverable(Throwable failure) {
		try {
			switch (events.kind()) {
				case EventBatchLayout.CLOSED -> closedWithoutMemory();
				case EventBatchLayout.REQUEST -> StoredAnswer.UNAVAILABLE.send(engine.id(), events.session());
				case EventBatchLayout.LOG -> { }
				default -> lost();
			}
		} catch (Throwable again) {
			EngineLog.error(Trouble.NOT_ENDED, again);
		}
		EngineLog.error(Trouble.EVENT_LOST, failure);
	}

	/** Later messages must not reach the handler as if nothing were missing between. */
	private void lost() {
		NativeSession session = sessions.get(events.slot(), events.session());
		NativeEngine.close(engine.id(), events.session(), CloseStatus.SERVER_ERROR.getCode(), CloseReason.NONE);
		if (session != null) {
			session.messagesLost();
			session.releaseSenders();
		}
		NativeEngine.consumed(engine.id(), events.session(), events.cost());
	}

	private void closedWithoutMemory() {
		NativeSession session = sessions.get(events.slot(), events.session());
		if (session != null && end(session)) {
			sessions.remove(events.slot(), events.session());
		}
	}

	/** Tells a session that its connection has gone, as soon as there is memory for that. */
	private boolean end(NativeSession session) {
		session.ended(CloseStatus.NO_CLOSE_FRAME.getCode());
		for (int i = 0; i < CLOSED_TRIES; i++) {
			try {
				session.mailbox().deliver(CloseStatus.NO_CLOSE_FRAME, 0);
				return true;
			} catch (Throwable noMemory) {
				pause();
			}
		}
		EngineLog.error(Trouble.NOT_ENDED, null);
		return false;
	}

	private static void pause() {
		try {
			Thread.sleep(PAUSE_MS);
		} catch (InterruptedException | OutOfMemoryError again) {
			// Interrupts mean nothing to a carrier; memory may come back.
		}
	}
}
