package io.hawser.websocket.internal;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.DroppedMessages;
import io.hawser.websocket.WebSocketMessage;
import java.io.IOException;

/**
 * Calls one session's handler in the contract's order: handshake, established, messages, at most one transport error,
 * closed exactly once. Knows no threads: its mailbox lets one in at a time.
 */
final class Dispatcher implements Mailbox.Receiver {
	/** Delivered in place of a close status when the connection ended before the handshake was accepted. */
	static final Object NEVER_ACCEPTED = new Object();

	/** Delivered when the peer has begun to close: everything it sent before has then been handled. */
	static final Object CLOSING = new Object();

	/** Delivered when the session fell below its low-water mark; summed up in {@link OutboundNotices}. */
	static final Object WRITABLE = new Object();

	/** Delivered when messages were dropped; summed up in {@link OutboundNotices}. */
	static final Object DROPPED = new Object();

	private enum Phase {
		/** The handshake is not decided; no callback was made. */
		CONNECTING,
		/** Messages are delivered. */
		ESTABLISHED,
		/** A callback threw; only error and closed are still delivered. */
		FAILED,
		/** Nothing is delivered any more. */
		ENDED
	}

	private final EngineRuntime engine;
	private final NativeSession session;
	private final Endpoint endpoint;
	private Phase phase = Phase.CONNECTING;

	Dispatcher(EngineRuntime engine, NativeSession session, Endpoint endpoint) {
		this.engine = engine;
		this.session = session;
		this.endpoint = endpoint;
	}

	@Override
	public void receive(Object content) {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		ClassLoader loader = endpoint.classLoader();
		try {
			if (before != loader) {
				thread.setContextClassLoader(loader);
			}
			dispatch(content);
		} catch (Throwable failure) {
			fail(failure);
		} finally {
			if (thread.getContextClassLoader() != before) {
				thread.setContextClassLoader(before);
			}
			// An interrupt meant this callback, not the next one on this thread.
			Thread.interrupted();
		}
	}

	@Override
	public void consumed(int bytes) {
		NativeEngine.consumed(engine.id(), session.nativeId(), bytes);
	}

	private void dispatch(Object content) throws Exception {
		if (content instanceof WebSocketMessage<?> message) {
			if (phase == Phase.ESTABLISHED) {
				endpoint.handler().handleMessage(session, message);
			}
		} else if (content instanceof CloseStatus status) {
			closed(status);
		} else if (content instanceof IOException error) {
			if (phase == Phase.ESTABLISHED || phase == Phase.FAILED) {
				endpoint.handler().handleTransportError(session, error);
			}
		} else if (content == CLOSING) {
			NativeEngine.proceedClosing(engine.id(), session.nativeId());
		} else if (content == WRITABLE) {
			writable();
		} else if (content == DROPPED) {
			dropped();
		} else if (content == NEVER_ACCEPTED) {
			neverAccepted();
		} else {
			open((Opening) content);
		}
	}

	private void writable() throws Exception {
		session.pressure().notices().takeWritable();
		// Senders are released by a beginning close, too; who is told that may send again must be able to.
		if (phase == Phase.ESTABLISHED && session.isOpen()) {
			endpoint.handler().handleWritable(session);
		}
	}

	private void dropped() throws Exception {
		DroppedMessages dropped = session.pressure().notices().takeDropped();
		if (phase == Phase.ESTABLISHED) {
			endpoint.handler().handleDroppedMessages(session, dropped);
		}
	}

	private void open(Opening opening) throws Exception {
		if (opening.run()) {
			phase = Phase.ESTABLISHED;
			endpoint.handler().afterConnectionEstablished(session);
		} else {
			end();
		}
	}

	private void closed(CloseStatus status) {
		if (phase == Phase.ENDED) {
			return;
		}
		boolean established = phase != Phase.CONNECTING;
		try {
			if (established) {
				endpoint.handler().afterConnectionClosed(session, status);
			}
		} catch (Throwable failure) {
			log("afterConnectionClosed", failure);
		} finally {
			end();
		}
	}

	/** The connection may have gone while our acceptance was on its way: then the handler was told of a session. */
	private void neverAccepted() {
		try {
			if (phase == Phase.ESTABLISHED || phase == Phase.FAILED) {
				receive(new IOException("the connection ended before the opening handshake was answered"));
			}
		} finally {
			closed(CloseStatus.NO_CLOSE_FRAME);
		}
	}

	private void end() {
		phase = Phase.ENDED;
		engine.finished();
	}

	/** Closes with 1011 before it logs: where memory has run out, the log may fail as well. */
	private void fail(Throwable failure) {
		if (phase == Phase.ESTABLISHED) {
			phase = Phase.FAILED;
		}
		try {
			NativeEngine.close(engine.id(), session.nativeId(), CloseStatus.SERVER_ERROR.getCode(), CloseReason.NONE);
			session.releaseSenders();
		} catch (Throwable again) {
			EngineLog.error(Trouble.NOT_CLOSED, again);
		}
		log("a callback", failure);
	}

	private void log(String callback, Throwable failure) {
		try {
			EngineLog.error("session " + session.getId() + ": " + callback + " of "
					+ endpoint.handler().getClass().getName() + " failed", failure);
		} catch (Throwable noMemory) {
			EngineLog.error(Trouble.CALLBACK_FAILED, failure);
		}
	}
}
