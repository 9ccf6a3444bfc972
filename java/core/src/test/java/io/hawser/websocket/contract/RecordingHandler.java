package io.hawser.websocket.contract;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.DroppedMessages;
import io.hawser.websocket.PongMessage;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketHandler;
import io.hawser.websocket.WebSocketMessage;
import io.hawser.websocket.WebSocketSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Writes down its callbacks as {@code established}, {@code text:hello}, {@code binary:3}, {@code pong:0}, {@code writable},
 * {@code dropped:2:300}, {@code error} and {@code closed:1000:bye}, does what a test asks of it in one of them, and sees
 * whether two of one session overlap.
 */
class RecordingHandler implements WebSocketHandler {
	/** What to do in a callback; the message is {@code null} outside of messages. */
	@FunctionalInterface
	interface Action {
		void run(WebSocketSession session, WebSocketMessage<?> message) throws Throwable;
	}

	private final List<String> calls = new ArrayList<>();
	private final Map<String, Action> actions = new ConcurrentHashMap<>();
	private final Map<WebSocketSession, AtomicInteger> inside = new ConcurrentHashMap<>();
	private final BlockingQueue<WebSocketSession> opened = new LinkedBlockingQueue<>();
	private final BlockingQueue<CloseStatus> closed = new LinkedBlockingQueue<>();
	private final BlockingQueue<WebSocketMessage<?>> messages = new LinkedBlockingQueue<>();
	private final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
	private volatile boolean overlap;
	private volatile boolean partial;

	/** Does something in the callbacks whose record starts like that, after it was written down. */
	RecordingHandler on(String callback, Action action) {
		actions.put(callback, action);
		return this;
	}

	RecordingHandler failOn(String callback, Supplier<? extends Throwable> failure) {
		return on(callback, (session, message) -> {
			throw failure.get();
		});
	}

	/** Takes messages in parts. */
	RecordingHandler inParts() {
		partial = true;
		return this;
	}

	List<String> calls() {
		synchronized (calls) {
			return List.copyOf(calls);
		}
	}

	boolean sawOverlap() {
		return overlap;
	}

	/** Waits for the next session. */
	WebSocketSession awaitSession() throws InterruptedException {
		return Await.next("a session", opened);
	}

	/** Waits for the next end of a session. */
	CloseStatus awaitClosed() throws InterruptedException {
		return Await.next("afterConnectionClosed", closed);
	}

	/** Waits for the next message. */
	WebSocketMessage<?> awaitMessage() throws InterruptedException {
		return Await.next("a message", messages);
	}

	/** Waits for the next transport error. */
	Throwable awaitError() throws InterruptedException {
		return Await.next("handleTransportError", errors);
	}

	/** Waits until a callback was written down. */
	void awaitCall(String call) throws Exception {
		Await.until("the callback " + call, () -> calls().contains(call));
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) throws Exception {
		opened.add(session);
		record("established", session, null);
	}

	@Override
	public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) throws Exception {
		messages.add(message);
		record(describe(message), session, message);
	}

	@Override
	public void handleWritable(WebSocketSession session) {
		record("writable", session, null);
	}

	@Override
	public void handleDroppedMessages(WebSocketSession session, DroppedMessages dropped) {
		record("dropped:" + dropped.messages() + ":" + dropped.bytes(), session, null);
	}

	@Override
	public void handleTransportError(WebSocketSession session, Throwable exception) throws Exception {
		errors.add(exception);
		record("error", session, null);
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) throws Exception {
		try {
			record("closed:" + status.getCode() + (status.getReason() == null ? "" : ":" + status.getReason()), session, null);
		} finally {
			closed.add(status);
		}
	}

	@Override
	public boolean supportsPartialMessages() {
		return partial;
	}

	private void record(String call, WebSocketSession session, WebSocketMessage<?> message) {
		AtomicInteger callbacks = inside.computeIfAbsent(session, (key) -> new AtomicInteger());
		if (callbacks.incrementAndGet() != 1) {
			overlap = true;
		}
		try {
			synchronized (calls) {
				calls.add(call);
			}
			for (Map.Entry<String, Action> entry : actions.entrySet()) {
				if (call.startsWith(entry.getKey())) {
					entry.getValue().run(session, message);
				}
			}
		} catch (Throwable failure) {
			throw RecordingHandler.<RuntimeException>unchecked(failure);
		} finally {
			callbacks.decrementAndGet();
		}
	}

	private static String describe(WebSocketMessage<?> message) {
		String more = message.isLast() ? "" : "+";
		if (message instanceof TextMessage text) {
			return "text" + more + ":" + text.getPayload();
		}
		if (message instanceof BinaryMessage binary) {
			return "binary" + more + ":" + binary.getPayloadLength();
		}
		return "pong:" + ((PongMessage) message).getPayloadLength();
	}

	/** Throws whatever it is, also what a callback does not declare. */
	@SuppressWarnings("unchecked")
	private static <T extends Throwable> T unchecked(Throwable failure) throws T {
		throw (T) failure;
	}
}
