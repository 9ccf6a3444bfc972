package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.Compression;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.TextWebSocketHandler;
import io.hawser.websocket.WebSocketSession;
import io.hawser.websocket.contract.Await;
import io.hawser.websocket.contract.RawClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A loop that can no longer be driven. Here because another thread drives it, which is the one way to get there. */
class BrokenLoopTests {
	/** Holds the carrier in a callback, so that somebody else can take its loop. */
	private static final class Holding extends TextWebSocketHandler {
		final CountDownLatch entered = new CountDownLatch(1);
		final CountDownLatch release = new CountDownLatch(1);
		final CompletableFuture<CloseStatus> closed = new CompletableFuture<>();

		@Override
		protected void handleTextMessage(WebSocketSession session, TextMessage message) throws Exception {
			entered.countDown();
			Await.zero("the release", release);
		}

		@Override
		public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
			closed.complete(status);
		}
	}

	@Test
	void itsSessionsAreToldAndTheEngineEndsAndIsReleased() throws Exception {
		Holding handler = new Holding();
		EngineSettings settings = new EngineSettings();
		settings.loops(1);
		PathTable<Endpoint> endpoints = new PathTable<>();
		endpoints.add(HandlerPath.parse("/test", "path"), new Endpoint(handler, getClass().getClassLoader(),
				HandlerMode.INLINE, OriginPolicy.sameOrigin(), List.of(), null, 65_536, 65_536, Compression.OFF,
				Compression.OFF, settings.outbound().limits()));
		EngineRuntime engine = EngineStart.start(settings, endpoints);
		try (RawClient client = RawClient.connect(engine.port(), "/test")) {
			client.sendText("hold");
			Await.zero("the callback", handler.entered);
			CompletableFuture<Integer> stolen = steal(engine, handler.closed);

			handler.release.countDown();

			assertEquals(CloseStatus.NO_CLOSE_FRAME, Await.result(handler.closed));
			assertTrue(engine.awaitEnd(Duration.ofSeconds(20)));
			Await.result(stolen);
			assertThrows(IllegalStateException.class, () -> NativeEngine.turn(engine.id(), 0, 0), "released");
			assertEquals(1, engine.counters().sessionsOpened());
		}
	}

	/** Drives the loop on another thread, and returns when that is inside the turn. */
	private static CompletableFuture<Integer> steal(EngineRuntime engine, CompletableFuture<?> over) throws Exception {
		// The first turn may return at once with what was left to tell; the last one waits until the stop.
		CompletableFuture<Integer> stolen = CompletableFuture.supplyAsync(() -> {
			int count = 0;
			while (count == 0) {
				try {
					count = NativeEngine.turn(engine.id(), 0, 0);
				} catch (IllegalStateException lookedAt) {
					// The look at the arena below was in the way, or all is over.
					count = over.isDone() ? -1 : 0;
				}
			}
			return count;
		});
		Await.until("the other thread's turn", () -> {
			try {
				NativeEngine.arena(engine.id(), 0);
				return false;
			} catch (IllegalStateException driven) {
				return true;
			}
		});
		return stolen;
	}
}
