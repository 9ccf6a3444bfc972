package io.hawser.websocket.internal;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.PongMessage;
import io.hawser.websocket.TextMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Delivers the events of a loop's batches to mailboxes and to the router. Knows no threads: only who drives the loop may
 * call it, and after each delivery that may be another one, so nothing here is touched behind it.
 */
final class EventDelivery {
	/** Times that the end of a session is tried to be delivered while memory is short. */
	private static final int CLOSED_TRIES = 1000;

	/** In place of a slot: what is logged is of no connection. */
	private static final int NO_SLOT = -1;

	private final Loop loop;
	private final EngineRuntime engine;
	private final SessionTable sessions;
	private final RequestRouter requests;
	private final EventBatchReader events;
	private final PayloadReader payloads;

	EventDelivery(Loop loop, RequestRouter requests, PayloadReader payloads) {
		this.loop = loop;
		this.engine = loop.engine;
		this.sessions = loop.sessions;
		this.requests = requests;
		this.events = loop.events;
		this.payloads = payloads;
	}

	/** Delivers the event that the batch stands at. */
	void deliver(Tenure tenure) {
		int slot = events.slot();
		loop.watch.slot(slot);
		switch (events.kind()) {
			case EventBatchLayout.TEXT -> message(EventBatchLayout.TEXT, slot, tenure);
			case EventBatchLayout.BINARY -> message(EventBatchLayout.BINARY, slot, tenure);
			case EventBatchLayout.PONG -> message(EventBatchLayout.PONG, slot, tenure);
			case EventBatchLayout.REQUEST -> requests.route(sessions, slot, events.session(),
					new RequestRecord(payloads.bytes(events)), events.has(EventBatchLayout.UPGRADE), tenure);
			case EventBatchLayout.CLOSING -> tell(Dispatcher.CLOSING, tenure);
			case EventBatchLayout.FAILED -> tell(new IOException(payloads.text(events)), tenure);
			case EventBatchLayout.CLOSED -> closed(tenure);
			case EventBatchLayout.DRAINED -> drained(tenure);
			case EventBatchLayout.DROPPED -> dropped(tenure);
			case EventBatchLayout.LOG -> log(tenure);
			case EventBatchLayout.ACCEPTED -> requests.accepted(sessions, slot, events.session(), payloads.bytes(events), tenure);
			default -> EngineLog.debug("loop " + loop.index + ": unknown event " + events.kind());
		}
	}

	private void message(int kind, int slot, Tenure tenure) {
		NativeSession session = sessions.get(slot, events.session());
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
		session.mailbox().deliver(message, events.cost(), tenure);
	}

	/** A logger is foreign code and may block as a handler may. */
	private void log(Tenure tenure) {
		loop.watch.slot(NO_SLOT);
		int code = events.code();
		String about = events.session() == 0 ? "" : "session " + engine.sessionIdText(events.session()) + ": ";
		String line = about + payloads.text(events);
		tenure.run(loop.logPlace, () -> EngineLog.fromNative(code, line));
	}

	private void tell(Object content, Tenure tenure) {
		NativeSession session = session();
		if (session != null) {
			session.mailbox().deliver(content, 0, tenure);
		}
	}

	private void drained(Tenure tenure) {
		NativeSession session = session();
		if (session != null) {
			session.drained(tenure);
		}
	}

	private void dropped(Tenure tenure) {
		NativeSession session = session();
		if (session != null) {
			ByteBuffer counts = ByteBuffer.wrap(payloads.bytes(events)).order(ByteOrder.LITTLE_ENDIAN);
			session.dropped(counts.getLong(), counts.getLong(), tenure);
		}
	}

	private void closed(Tenure tenure) {
		NativeSession session = session();
		if (session != null) {
			session.ended(events.code());
			session.mailbox().deliver(closeStatus(), 0, tenure);
			if (tenure.isDriving()) {
				forgetClosed();
			}
		} else {
			engine.upgrades().forget(events.session());
		}
	}

	private Object closeStatus() {
		if (events.code() == 0) {
			return Dispatcher.NEVER_ACCEPTED;
		}
		return new CloseStatus(events.code(), events.length() == 0 ? null : payloads.text(events));
	}

	/** Called by who has taken the loop over, before it goes on: does what was left to do behind the callback. */
	void takenOver() {
		if (events.hasEvent() && events.kind() == EventBatchLayout.CLOSED) {
			forgetClosed();
		}
	}

	private void forgetClosed() {
		sessions.remove(events.slot(), events.session());
	}

	private NativeSession session() {
		return sessions.get(events.slot(), events.session());
	}

	/**
	 * What could not be decoded or queued is lost, so its session must end; that it ends must not be lost. Throws nothing,
	 * and logs last: where memory has run out, the log may fail as well.
	 */
	void undeliverable(Throwable failure, Tenure tenure) {
		try {
			switch (events.kind()) {
				case EventBatchLayout.CLOSED -> closedWithoutMemory(tenure);
				case EventBatchLayout.REQUEST, EventBatchLayout.ACCEPTED -> StoredAnswer.UNAVAILABLE.send(engine.id(), events.session());
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
		NativeSession session = session();
		NativeEngine.close(engine.id(), events.session(), CloseStatus.SERVER_ERROR.getCode(), CloseReason.NONE);
		if (session != null) {
			session.messagesLost();
			session.releaseSenders();
		}
		NativeEngine.consumed(engine.id(), events.session(), events.cost());
	}

	private void closedWithoutMemory(Tenure tenure) {
		NativeSession session = session();
		if (session != null && end(session, tenure) && tenure.isDriving()) {
			forgetClosed();
		}
	}

	/** Called before sessions are told without an event. */
	void ofNoEvent() {
		loop.watch.slot(NO_SLOT);
	}

	/** Tells a session that its connection has gone, as soon as there is memory for that; returns whether it was told. */
	boolean end(NativeSession session, Tenure tenure) {
		for (int i = 0; i < CLOSED_TRIES; i++) {
			try {
				// A lock that is held by another thread takes memory too.
				session.ended(CloseStatus.NO_CLOSE_FRAME.getCode());
				session.mailbox().deliver(CloseStatus.NO_CLOSE_FRAME, 0, tenure);
				return true;
			} catch (Throwable noMemory) {
				Carrier.pause();
			}
		}
		EngineLog.error(Trouble.NOT_ENDED, null);
		return false;
	}
}
