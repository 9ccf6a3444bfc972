package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.SendTimeoutException;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Senders that wait for a peer which does not read (BLOCK, the default): what ends their wait, and whom they do not hold up. */
class BlockedSendTests {
	private static final TextMessage SECOND = new TextMessage("second");

	private final RecordingHandler handler = new RecordingHandler();

	@Test
	void roomReleasesAllWhoWaitAndNothingIsLost() throws Exception {
		int senders = 8;
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			Backlog.plug(session);
			List<BackgroundSend> blocked = new ArrayList<>();
			for (int i = 0; i < senders; i++) {
				blocked.add(BackgroundSend.blocked(session, new TextMessage("from " + i)));
			}
			Backlog.readPlug(client);
			List<String> texts = new ArrayList<>();
			for (int i = 0; i < senders; i++) {
				texts.add(client.readText());
			}
			for (BackgroundSend send : blocked) {
				send.awaitSent();
			}
			assertEquals(senders, texts.stream().distinct().count(), texts.toString());
		}
	}

	@Test
	void aSenderThatIsFasterThanItsPeerIsHeldUpAndLosesNothing() throws Exception {
		int messages = 200;
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setSendWaterMarks(1024, 2048));
				RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
				try {
					for (int i = 0; i < messages; i++) {
						session.sendMessage(Backlog.numbered(i, 100_000));
						assertTrue(session.getBufferedAmount() <= 2048 + 100_010, "one message above the mark at most");
					}
				} catch (IOException failure) {
					throw new AssertionError(failure);
				}
			});
			for (int i = 0; i < messages; i++) {
				assertEquals(i, Backlog.readNumber(client));
			}
			Await.result(sender);
			assertTrue(session.isOpen());
		}
	}

	@Test
	void aCloseByAnotherThreadEndsTheWait() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			Backlog.plug(session);
			BackgroundSend send = BackgroundSend.blocked(session, SECOND);
			session.close(CloseStatus.GOING_AWAY);

			IOException refused = send.awaitFailure(IOException.class);
			assertTrue(refused.getMessage().contains("closing") && refused.getMessage().contains(session.getId()),
					refused.getMessage());
			Backlog.readPlug(client);
			assertEquals(1001, client.readClose().closeCode(), "not behind the message that was refused");
		}
	}

	@Test
	void theStopOfTheEngineEndsTheWaitBeforeItEndsTheSession() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder().closeTimeout(Duration.ofMinutes(1)));
				RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			Backlog.plug(session);
			BackgroundSend send = BackgroundSend.blocked(session, SECOND);
			CompletableFuture<Boolean> stop = CompletableFuture.supplyAsync(() -> engine.engine().stop(Await.LIMIT));

			assertFalse(send.awaitFailure(IOException.class) instanceof SendTimeoutException);
			assertEquals(List.of("established"), handler.calls(), "the session waits for its peer");
			Backlog.readPlug(client);
			assertEquals(1001, client.readClose().closeCode());
			client.send(Frame.close(1001, ""));
			assertTrue(Await.result(stop));
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void theStopOfTheEngineEndsAWaitInsideACallback(HandlerMode mode) throws Exception {
		CompletableFuture<Throwable> end = new CompletableFuture<>();
		blockInCallback(end);
		TestEngine engine = TestEngine.start(handler, (settings) -> settings.setMode(mode).builder().loops(1)
				.closeTimeout(Duration.ofMillis(200)));
		try (RawClient client = RawClient.connectSlow(engine)) {
			client.sendText("block");
			WebSocketSession session = handler.awaitSession();
			Await.until("it waits", () -> session.getBufferedAmount() > Backlog.WAITING_BYTES);
			engine.close();

			assertTrue(Await.result(end) instanceof IOException, end.toString());
			assertEquals("closed", handler.calls().get(handler.calls().size() - 1).substring(0, 6));
		}
	}

	@Test
	void theEndOfTheConnectionEndsTheWait() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			Backlog.plug(session);
			BackgroundSend send = BackgroundSend.blocked(session, SECOND);
			client.reset();

			IOException refused = send.awaitFailure(IOException.class);
			assertTrue(refused.getMessage().contains("closed"), refused.getMessage());
			assertFalse(refused instanceof SendTimeoutException);
			assertEquals(1006, handler.awaitClosed().getCode());
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void theEndOfTheConnectionEndsAWaitInsideACallback(HandlerMode mode) throws Exception {
		CompletableFuture<Throwable> end = new CompletableFuture<>();
		blockInCallback(end);
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connectSlow(engine)) {
			client.sendText("block");
			WebSocketSession session = handler.awaitSession();
			Await.until("it waits", () -> session.getBufferedAmount() > Backlog.WAITING_BYTES);
			client.reset();

			assertTrue(Await.result(end) instanceof IOException, end.toString());
			assertEquals(1006, handler.awaitClosed().getCode());
			assertEquals(List.of("established", "text:block", "error", "closed:1006"), handler.calls());
			assertFalse(handler.sawOverlap());
		}
	}

	@Test
	void theSendTimeLimitEndsTheWaitAndTheSessionWith1013() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder()
				.sendTimeLimit(Duration.ofMillis(300))); RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			Backlog.plug(session);
			SendTimeoutException refused = BackgroundSend.start(session, SECOND).awaitFailure(SendTimeoutException.class);

			assertTrue(refused.getMessage().contains(session.getId()) && refused.getMessage().contains("sendTimeLimit")
					&& refused.getMessage().contains("1013"), refused.getMessage());
			assertFalse(session.isOpen());
			assertEquals(1013, handler.awaitClosed().getCode());
			assertEquals(1, engine.counters().terminatedStalled());
			assertEquals(0, engine.counters().terminatedSlow());
			client.drain();
		}
	}

	@Test
	void anInterruptEndsTheWaitAndNothingElse() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connectSlow(engine)) {
			WebSocketSession session = handler.awaitSession();
			Backlog.plug(session);
			BackgroundSend send = BackgroundSend.blocked(session, SECOND);
			send.interrupt();

			assertTrue(send.awaitFailure(InterruptedIOException.class).getMessage().contains(session.getId()));
			assertTrue(send.wasInterrupted());
			assertTrue(session.isOpen());
			Backlog.readPlug(client);
			handler.awaitCall("writable");
			session.sendMessage(new TextMessage("third"));
			assertEquals("third", client.readText(), "the second was not queued");
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aWaitInsideACallbackHoldsUpNoOtherSessionOfTheLoop(HandlerMode mode) throws Exception {
		CompletableFuture<Throwable> end = new CompletableFuture<>();
		blockInCallback(end);
		handler.on("text:echo", WebSocketSession::sendMessage);
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient slow = RawClient.connectSlow(engine);
				RawClient other = RawClient.connect(engine)) {
			slow.sendText("block");
			handler.awaitCall("text:block");
			for (int i = 0; i < 100; i++) {
				other.sendText("echo " + i);
				assertEquals("echo " + i, other.readText());
			}
			assertFalse(end.isDone());
			slow.sendText("echo of the one that waited");
			Backlog.readPlug(slow);
			assertEquals("second", slow.readText());
			assertEquals("echo of the one that waited", slow.readText());
			assertNull(Await.result(end));
			assertFalse(handler.sawOverlap());
		}
	}

	/** Lets the callback of {@code block} send until it must wait, and tells how its last send has ended. */
	private void blockInCallback(CompletableFuture<Throwable> end) {
		handler.on("text:block", (session, message) -> {
			try {
				session.sendMessage(Backlog.plug());
				session.sendMessage(SECOND);
				end.complete(null);
			} catch (Throwable failure) {
				end.complete(failure);
			}
		});
	}
}
