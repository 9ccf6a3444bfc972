package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.TextMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes after what, in one session. */
class CallbackOrderTests {
	private final RecordingHandler handler = new RecordingHandler();

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void establishedThenMessagesThenClosed(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler); TestClient client = TestClient.connect(engine)) {
			client.sendText("one");
			client.sendBinary(new byte[3]);
			client.sendPong(new byte[2]);
			client.sendText("two");
			client.sendClose(1000, "bye");

			assertEquals(new CloseStatus(1000, "bye"), handler.awaitClosed());
			assertEquals(List.of("established", "text:one", "binary:3", "pong:2", "text:two", "closed:1000:bye"),
					handler.calls());
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void nothingComesBeforeEstablishedHasReturnedAlthoughTheClientIsAlreadySending(HandlerMode mode) throws Exception {
		CountDownLatch sent = new CountDownLatch(1);
		handler.on("established", (session, message) -> {
			Await.zero("the client's first messages", sent);
			session.getAttributes().put("established", true);
		});
		handler.on("text", (session, message) -> assertTrue(session.getAttributes().containsKey("established")));
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.open(engine.port())) {
			ByteArrayOutputStream packet = new ByteArrayOutputStream();
			packet.writeBytes(client.upgradeHead(TestEngine.PATH));
			packet.writeBytes(Frame.text("behind the handshake").masked());
			client.sendBytes(packet.toByteArray());
			client.sendText("and later");
			sent.countDown();
			assertEquals(101, client.readReply().status());

			handler.awaitCall("text:and later");
			assertEquals(List.of("established", "text:behind the handshake", "text:and later"), handler.calls());
		}
		assertFalse(handler.sawOverlap());
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aLostConnectionGivesOneErrorThenOneClosed(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			client.sendText("last words");
			handler.awaitCall("text:last words");
			client.disconnect();

			assertEquals(CloseStatus.NO_CLOSE_FRAME, handler.awaitClosed());
			assertInstanceOf(IOException.class, handler.awaitError());
		}
		assertEquals(List.of("established", "text:last words", "error", "closed:1006"), handler.calls());
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void everyMessageBeforeACloseFrameIsHandledAndItsAnswerIsSentBeforeTheCloseIsAnswered(HandlerMode mode)
			throws Exception {
		handler.on("text:", (session, message) -> session.sendMessage(message));
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			Frame[] frames = new Frame[101];
			for (int i = 0; i < 100; i++) {
				frames[i] = Frame.text("message " + i);
			}
			frames[100] = Frame.close(1000, "done");
			client.send(frames);

			for (int i = 0; i < 100; i++) {
				assertEquals("message " + i, client.readText());
			}
			assertEquals(1000, client.readClose().closeCode());
			client.readEnd();
			assertEquals(new CloseStatus(1000, "done"), handler.awaitClosed());
		}
		assertEquals(102, handler.calls().size());
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aRefusedHandshakeGivesNoCallbackAtAll(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.open(engine.port())) {
			assertEquals(403, client.upgrade(TestEngine.PATH, "Origin: https://elsewhere.example").status());
			client.readEnd();
		}
		assertEquals(List.of(), handler.calls());
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void nothingFollowsAfterTheHandlerHasClosed(HandlerMode mode) throws Exception {
		handler.on("text:close", (session, message) -> session.close());
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			client.send(Frame.text("close"), Frame.close(1000, ""));

			assertEquals(1000, client.readClose().closeCode());
			client.readEnd();
			handler.awaitClosed();
		}
		assertEquals(List.of("established", "text:close", "closed:1000"), closedWithoutReason());
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void closedNeverComesInsideTheCallOfClose(HandlerMode mode) throws Exception {
		ReentrantLock lock = new ReentrantLock();
		CountDownLatch returned = new CountDownLatch(1);
		handler.on("closed", (session, message) -> {
			assertFalse(lock.isHeldByCurrentThread(), "inside the caller's stack");
			lock.lock();
			lock.unlock();
		});
		handler.on("text:close", (session, message) -> {
			lock.lock();
			try {
				session.close(CloseStatus.NO_CLOSE_FRAME);
				assertFalse(handler.calls().contains("closed:1006"));
			} finally {
				lock.unlock();
				returned.countDown();
			}
		});
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			client.sendText("close");

			Await.zero("close to return", returned);
			handler.awaitClosed();
		}
		assertEquals(List.of("established", "text:close", "closed:1006"), handler.calls());
	}

	@Test
	void closeOfAnotherThreadThatHoldsALockOfTheHandlerDoesNotDeadlock() throws Exception {
		Object lock = new Object();
		handler.on("closed", (session, message) -> {
			synchronized (lock) {
				session.getAttributes().put("closed", true);
			}
		});
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			var session = handler.awaitSession();
			synchronized (lock) {
				session.close(CloseStatus.NO_CLOSE_FRAME);
				client.readEnd();
				assertFalse(session.getAttributes().containsKey("closed"));
			}
			handler.awaitClosed();
			assertTrue(session.getAttributes().containsKey("closed"));
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void sendAndCloseWorkInsideEveryCallback(HandlerMode mode) throws Exception {
		handler.on("established", (session, message) -> session.sendMessage(new TextMessage("from established")));
		handler.on("text:more", (session, message) -> session.sendMessage(new TextMessage("from message")));
		handler.on("text:end", (session, message) -> {
			session.sendMessage(new TextMessage("last"));
			session.close(new CloseStatus(4000, "enough"));
		});
		handler.on("closed", (session, message) -> session.close());
		try (TestEngine engine = TestEngine.start(mode, handler); TestClient client = TestClient.connect(engine)) {
			assertEquals("from established", client.awaitText());
			client.sendText("more");
			assertEquals("from message", client.awaitText());
			client.sendText("end");
			assertEquals("last", client.awaitText());
			assertEquals(new CloseStatus(4000, "enough"), client.awaitClose());
			handler.awaitClosed();
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void closingInsideEstablishedIsSeenByTheClient(HandlerMode mode) throws Exception {
		handler.on("established", (session, message) -> session.close(CloseStatus.POLICY_VIOLATION));
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			assertEquals(1008, client.readClose().closeCode());
			client.send(Frame.close(1008, ""));
			client.readEnd();
			handler.awaitClosed();
		}
		assertEquals(List.of("established", "closed:1008"), closedWithoutReason());
	}

	/** The peer's answer may have a reason of its own or none. */
	private List<String> closedWithoutReason() {
		return handler.calls().stream().map((call) -> call.replaceFirst("(closed:\\d+):.*", "$1")).toList();
	}
}
