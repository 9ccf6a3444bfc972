package io.hawser.websocket.contract;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.TextWebSocketHandler;
import io.hawser.websocket.WebSocketSession;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/**
 * Answers {@code n} with {@code echo:n}; sleeps at {@code n:milliseconds}, throws at {@code boom}, closes at {@code bye}. Keeps
 * books of each session without any synchronization, and notes what is not as it must be.
 */
final class RestlessHandler extends TextWebSocketHandler {
	/** Threads that push to all sessions. */
	static final int PUSHERS = 2;

	/** Without a stack, which would fill the log. */
	private static final class FailureByHand extends Exception {
		private static final long serialVersionUID = 1;

		FailureByHand() {
			super("by hand", null, false, false);
		}
	}

	/** As above. */
	private static final class ErrorByHand extends Error {
		private static final long serialVersionUID = 1;

		ErrorByHand() {
			super("by hand", null, false, false);
		}
	}

	/** What a handler remembers of one session, in plain fields: only the engine's ordering makes them right. */
	static final class Books {
		private boolean inside;
		private boolean closed;
		private int next;
		/** Each belongs to the one thread that pushes. */
		final int[] pushed = new int[PUSHERS];
	}

	final Queue<String> violations = new ConcurrentLinkedQueue<>();
	final LongAdder messages = new LongAdder();
	final LongAdder sessions = new LongAdder();

	/** Notes {@code otherwise} unless the condition holds. */
	void expect(boolean condition, String otherwise) {
		if (!condition) {
			violations.add(otherwise);
		}
	}

	/** Returns the books of a session, or {@code null} before it is established. */
	static Books books(WebSocketSession session) {
		return (Books) session.getAttributes().get("books");
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) {
		session.getAttributes().put("books", new Books());
	}

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) throws Exception {
		Books books = enter(session);
		try {
			handle(session, books, message.getPayload());
		} finally {
			books.inside = false;
		}
	}

	private void handle(WebSocketSession session, Books books, String text) throws Exception {
		switch (text) {
			case "boom" -> throw new FailureByHand();
			case "boom!" -> throw new ErrorByHand();
			case "bye" -> session.close(new CloseStatus(4000));
			default -> {
				int colon = text.indexOf(':');
				int number = Integer.parseInt(colon < 0 ? text : text.substring(0, colon));
				expect(books.next == number, "message " + number + " in place of " + books.next);
				books.next = number + 1;
				if (colon >= 0) {
					Thread.sleep(Long.parseLong(text.substring(colon + 1)));
				}
				session.sendMessage(new TextMessage("echo:" + number));
				messages.increment();
			}
		}
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		Books books = enter(session);
		books.closed = true;
		books.inside = false;
		sessions.increment();
	}

	private Books enter(WebSocketSession session) {
		Books books = books(session);
		expect(!books.inside, "two callbacks of one session at the same time");
		expect(!books.closed, "a callback after the last one");
		books.inside = true;
		return books;
	}
}
