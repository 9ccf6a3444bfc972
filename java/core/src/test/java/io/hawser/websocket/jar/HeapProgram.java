package io.hawser.websocket.jar;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.TextWebSocketHandler;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Echoes on {@code /test}. {@code fill} leaves no heap to anybody for a while, {@code stop} stops the engine. */
public final class HeapProgram extends TextWebSocketHandler {
	private static final long FULL_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
	private static final int LARGEST = 256 * 1024;
	private static final int SMALLEST = 2;

	/** What fills the heap, each block holding the one before. */
	private static volatile Object[] blocks;

	private final CountDownLatch fill = new CountDownLatch(1);
	private final CountDownLatch stop = new CountDownLatch(1);
	private final AtomicInteger open = new AtomicInteger();

	private HeapProgram() {
	}

	public static void main(String[] args) throws Exception {
		HeapProgram handler = new HeapProgram();
		WebSocketEngine engine = WebSocketEngine.builder().loops(2).mode(HandlerMode.valueOf(args[0]))
				.addHandler(handler, "/test").start();
		System.out.println("port " + engine.port());
		handler.fill.await();
		int failures = fillHeap();
		blocks = null;
		System.out.println("freed after " + failures + " failures");
		handler.stop.await();
		System.out.println("stop returned " + engine.stop(Duration.ofSeconds(20)) + ", " + handler.open + " sessions open");
	}

	private static int fillHeap() {
		int failures = 0;
		int size = LARGEST;
		long start = System.nanoTime();
		while (failures < 10 || System.nanoTime() - start < FULL_NANOS) {
			try {
				Object[] block = new Object[size];
				block[0] = blocks;
				blocks = block;
			} catch (OutOfMemoryError full) {
				failures++;
				size = Math.max(SMALLEST, size / 8);
			}
		}
		return failures;
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) {
		open.incrementAndGet();
	}

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
		switch (message.getPayload()) {
			case "fill" -> fill.countDown();
			case "stop" -> stop.countDown();
			default -> session.sendMessage(message);
		}
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		open.decrementAndGet();
	}
}
