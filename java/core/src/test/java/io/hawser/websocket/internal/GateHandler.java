package io.hawser.websocket.internal;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.TextWebSocketHandler;
import io.hawser.websocket.WebSocketSession;
import io.hawser.websocket.contract.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * Answers each message with the name of its thread, but what starts with {@code block} only when it is let go; does what
 * a test asks of it with other messages.
 */
class GateHandler extends TextWebSocketHandler {
	/** What a test wants with one message. */
	@FunctionalInterface
	interface Action {
		void run(WebSocketSession session) throws Throwable;
	}

	final List<String> blocked = new CopyOnWriteArrayList<>();
	final List<CloseStatus> closed = new CopyOnWriteArrayList<>();
	private final CountDownLatch gate = new CountDownLatch(1);
	private volatile String trigger = "";
	private volatile Action action;

	/** Does something in place of an answer to {@code message}. */
	GateHandler on(String message, Action action) {
		this.trigger = message;
		this.action = action;
		return this;
	}

	/** Lets go all that are blocked, and those that come later. */
	void open() {
		gate.countDown();
	}

	/** Waits until so many callbacks are blocked, or have been. */
	void awaitBlocked(int callbacks) throws Exception {
		Await.until(callbacks + " blocked callbacks", () -> blocked.size() >= callbacks);
	}

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) throws Exception {
		String text = message.getPayload();
		if (text.startsWith("block")) {
			blocked.add(Thread.currentThread().getName());
			Await.zero("the gate", gate);
		}
		if (action != null && text.equals(trigger)) {
			try {
				action.run(session);
			} catch (Throwable failure) {
				throw GateHandler.<RuntimeException>unchecked(failure);
			}
		} else {
			session.sendMessage(new TextMessage(text + " on " + Thread.currentThread().getName()));
		}
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		closed.add(status);
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> T unchecked(Throwable failure) throws T {
		throw (T) failure;
	}
}
