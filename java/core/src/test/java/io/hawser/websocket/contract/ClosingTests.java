package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A close that the handler starts. */
class ClosingTests {
	private final RecordingHandler handler = new RecordingHandler();

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void waitingDataGoesFirstThenTheCloseFrameThenTcpOnceThePeerHasAnswered(HandlerMode mode) throws Exception {
		handler.on("text:go", (session, message) -> {
			for (int i = 0; i < 200; i++) {
				session.sendMessage(new TextMessage("waiting " + i));
			}
			session.close(new CloseStatus(4000, "done"));
		});
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			client.sendText("go");
			for (int i = 0; i < 200; i++) {
				assertEquals("waiting " + i, client.readText());
			}
			Frame close = client.readClose();
			assertEquals(4000, close.closeCode());
			assertEquals("done", close.closeReason());
			client.send(Frame.close(4000, "done"));

			client.readEnd();
			assertEquals(new CloseStatus(4000, "done"), handler.awaitClosed());
		}
		assertEquals(List.of("established", "text:go", "closed:4000:done"), handler.calls());
	}

	@Test
	void closeWithoutAStatusIs1000() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); TestClient client = TestClient.connect(engine)) {
			handler.awaitSession().close();

			assertEquals(CloseStatus.NORMAL, client.awaitClose());
			assertEquals(1000, handler.awaitClosed().getCode());
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999 })
	void everyCodeThatMayBeSentArrivesWithItsReason(int code) throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			handler.awaitSession().close(new CloseStatus(code, "gr\u00fcnd"));
			Frame close = client.readClose();
			assertEquals(code, close.closeCode());
			assertEquals("gr\u00fcnd", close.closeReason());
		}
	}

	@Test
	void closedGetsWhatThePeerAnsweredAlsoIfThatIsAnotherStatus() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			handler.awaitSession().close(new CloseStatus(4000, "mine"));
			client.readClose();
			client.send(Frame.close(4001, "theirs"));

			assertEquals(new CloseStatus(4001, "theirs"), handler.awaitClosed());
		}
	}

	@Test
	void code1005BecomesAnEmptyCloseFrame() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			handler.awaitSession().close(CloseStatus.NO_STATUS_CODE);
			assertEquals(0, client.readClose().payload().length);
			client.send(Frame.of(Frame.CLOSE, new byte[0]));

			client.readEnd();
			assertEquals(CloseStatus.NO_STATUS_CODE, handler.awaitClosed());
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1006, 1015 })
	void codesThatMustNotBeSentCutTheConnectionWithoutAFrame(int code) throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			handler.awaitSession().close(new CloseStatus(code, "never seen"));

			client.readEnd();
			assertEquals(CloseStatus.NO_CLOSE_FRAME, handler.awaitClosed());
		}
		assertEquals(List.of("established", "closed:1006"), handler.calls());
	}

	@ParameterizedTest
	@ValueSource(ints = { Integer.MIN_VALUE, -1, 0, 999, 5000, 65_536 + 1000, Integer.MAX_VALUE })
	void aCodeOutsideItsRangeIsRefusedWithItsValue(int code) {
		String text = assertThrows(IllegalArgumentException.class, () -> new CloseStatus(code)).getMessage();

		assertTrue(text.contains(Integer.toString(code)) && text.contains("1000") && text.contains("4999"), text);
	}

	@Test
	void aReasonIsCutTo123BytesAtACodePoint() throws Exception {
		String[][] reasonsAndWhatArrives = {
				{ "x".repeat(123), "x".repeat(123) },
				{ "x".repeat(124), "x".repeat(123) },
				{ "\u00e9".repeat(62), "\u00e9".repeat(61) },
				{ "x" + "\u00e9".repeat(62), "x" + "\u00e9".repeat(61) },
				{ "\uD83D\uDE00".repeat(31), "\uD83D\uDE00".repeat(30) },
				{ "xx\u20ac".repeat(100), "xx\u20ac".repeat(24) + "xx" },
		};
		try (TestEngine engine = TestEngine.start(handler)) {
			for (String[] pair : reasonsAndWhatArrives) {
				try (RawClient client = RawClient.connect(engine)) {
					handler.awaitSession().close(new CloseStatus(4000, pair[0]));
					assertEquals(pair[1], client.readClose().closeReason());
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aPeerThatNeverAnswersIsCutAfterTheCloseTimeoutWith1006AndNoError(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setMode(mode).builder()
				.closeTimeout(Duration.ofMillis(150))); RawClient client = RawClient.connect(engine)) {
			handler.awaitSession().close(new CloseStatus(4000, "hello?"));
			long start = System.nanoTime();
			assertEquals(4000, client.readClose().closeCode());

			assertEquals(CloseStatus.NO_CLOSE_FRAME, handler.awaitClosed());
			assertTrue(System.nanoTime() - start >= Duration.ofMillis(100).toNanos(), "not before the timeout");
			client.drain();
		}
		assertEquals(List.of("established", "closed:1006"), handler.calls());
	}

	@Test
	void theCloseTimeoutHoldsForWaitingDataToo() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder()
				.closeTimeout(Duration.ofMillis(150)).sendHighWaterBytes(64 << 20));
				RawClient client = RawClient.openSlow(engine.port())) {
			assertEquals(101, client.upgrade(TestEngine.PATH).status());
			WebSocketSession session = handler.awaitSession();
			for (int i = 0; i < 32; i++) {
				session.sendMessage(new BinaryMessage(new byte[1 << 20]));
			}
			session.close();

			assertEquals(CloseStatus.NO_CLOSE_FRAME, handler.awaitClosed());
			assertEquals(0, session.getBufferedAmount());
		}
		assertEquals(List.of("established", "closed:1006"), handler.calls());
	}

	@Test
	void aPeerThatLeavesInsteadOfAnsweringGives1006AfterAnError() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			handler.awaitSession().close();
			client.readClose();
			client.disconnect();

			assertEquals(CloseStatus.NO_CLOSE_FRAME, handler.awaitClosed());
		}
		assertEquals(List.of("established", "error", "closed:1006"), handler.calls());
	}
}
