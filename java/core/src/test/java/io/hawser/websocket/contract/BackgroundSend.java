package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.hawser.websocket.WebSocketMessage;
import io.hawser.websocket.WebSocketSession;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A thread that sends one message, and how that ended. */
final class BackgroundSend {
	private final CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
	private final Thread thread;
	private volatile boolean flagAtEnd;

	private BackgroundSend(WebSocketSession session, WebSocketMessage<?> message) {
		thread = new Thread(() -> {
			try {
				session.sendMessage(message);
				end.complete(Optional.empty());
			} catch (Throwable failure) {
				flagAtEnd = Thread.currentThread().isInterrupted();
				end.complete(Optional.of(failure));
			}
		});
		thread.setDaemon(true);
		thread.start();
	}

	static BackgroundSend start(WebSocketSession session, WebSocketMessage<?> message) {
		return new BackgroundSend(session, message);
	}

	/** Starts a send that must wait, and returns when it does. */
	static BackgroundSend blocked(WebSocketSession session, WebSocketMessage<?> message) throws Exception {
		BackgroundSend send = start(session, message);
		Await.until("the sender waits", () -> send.thread.getState() == Thread.State.TIMED_WAITING);
		return send;
	}

	void interrupt() {
		thread.interrupt();
	}

	/** Returns whether the thread was marked as interrupted when its send failed. */
	boolean wasInterrupted() {
		return flagAtEnd;
	}

	boolean isDone() {
		return end.isDone();
	}

	void awaitSent() throws Exception {
		assertNull(Await.result(end).orElse(null));
	}

	<T extends Throwable> T awaitFailure(Class<T> type) throws Exception {
		return assertInstanceOf(type, Await.result(end).orElse(null));
	}
}
