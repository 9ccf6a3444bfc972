package io.hawser.websocket.internal;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.PongMessage;
import io.hawser.websocket.TextMessage;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Drives one loop: turn, read the batch, deliver its events; until the loop has stopped. Knows no callbacks and no HTTP.
 *
 * <p>Runs on one daemon thread. Whatever is thrown while an event is delivered ends that event's session, never this.
 */
final class Carrier implements Runnable {
	/** Turns that may fail one after the other before the loop counts as broken. */
	private static final int MAX_FAILED_TURNS = 10;

	/** Times that the end of a session is tried to be delivered while memory is short, and the pause between. */
	private static final int CLOSED_TRIES = 1000;
	private static final long CLOSED_PAUSE_MS = 10;

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
		this.payloads = new PayloadReader(engine.id(), loop, NativeEngine.arena(engine.id(), loop));
	}

	@Override
	public void run() {
		boolean[] stopped = new boolean[1];
		try {
			engine.callbackThreads().run(() -> stopped[0] = drive());
		} finally {
			engine.carrierLeft(stopped[0]);
		}
	}

	/** Returns {@code true} once the loop has stopped, {@code false} if it is broken. */
	private boolean drive() {
		int failedTurns = 0;
		while (true) {
			int count;
			try {
				count = NativeEngine.turn(engine.id(), loop);
				failedTurns = 0;
			} catch (Throwable failure) {
				EngineLog.error("loop " + loop + ": a turn failed", failure);
				if (failure instanceof IllegalStateException || ++failedTurns == MAX_FAILED_TURNS) {
					return false;
				}
				continue;
			}
			if (count < 0) {
				return true;
			}
			deliver(count);
		}
	}

	private void deliver(int count) {
		events.reset(count);
		while (events.next()) {
			try {
				deliver();
			} catch (Throwable failure) {
				undeliverable(failure);
			}
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
			case EventBatchLayout.LOG -> log();
			default -> EngineLog.debug("loop " + loop + ": unknown event " + events.kind());
		}
	}

	private void message(int kind) {
		NativeSession session = sessions.get(events.slot(), events.session());
		if (session == null) {
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

	private void closed() {
		NativeSession session = sessions.get(events.slot(), events.session());
		if (session != null) {
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

	/** What could not be decoded or queued is lost, so its session must end; that it ends must not be lost. */
	private void undeliverable(Throwable failure) {
		EngineLog.error("loop " + loop + ": an event could not be delivered", failure);
		try {
			switch (events.kind()) {
				case EventBatchLayout.CLOSED -> retryClosed();
				case EventBatchLayout.REQUEST -> HttpAnswer.text(503, HttpAnswer.reason(503)).send(engine.id(), events.session());
				case EventBatchLayout.LOG -> { }
				default -> NativeEngine.close(engine.id(), events.session(), CloseStatus.SERVER_ERROR.getCode(),
						CloseReason.NONE);
			}
		} catch (Throwable again) {
			EngineLog.error("loop " + loop + ": its session could not be ended either", again);
		}
	}

	private void retryClosed() {
		NativeSession session = sessions.get(events.slot(), events.session());
		for (int i = 0; session != null && i < CLOSED_TRIES; i++) {
			try {
				Thread.sleep(CLOSED_PAUSE_MS);
				session.mailbox().deliver(CloseStatus.NO_CLOSE_FRAME, 0);
				sessions.remove(events.slot(), events.session());
				return;
			} catch (InterruptedException | OutOfMemoryError again) {
				// Interrupts mean nothing to a carrier; memory may come back.
			}
		}
	}
}
