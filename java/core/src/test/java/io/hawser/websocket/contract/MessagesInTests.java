package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.BinaryWebSocketHandler;
import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.PongMessage;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.TextWebSocketHandler;
import io.hawser.websocket.WebSocketMessage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of the peer's frames a handler sees, and as what. */
class MessagesInTests {
	/** One, two, three and four bytes in UTF-8, a NUL, and the ends of the range. */
	private static final String ALL_KINDS = "a\u0000é\u0080\u07FF€\u0800\uFFFF\uD83D\uDE00\uDBFF\uDFFF";

	private final RecordingHandler handler = new RecordingHandler();

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void textArrivesWholeWhateverItIsMadeOf(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler); TestClient client = TestClient.connect(engine)) {
			for (String text : List.of("", "plain", ALL_KINDS, "é".repeat(32_768), "x".repeat(65_536))) {
				client.sendText(text);

				TextMessage message = assertInstanceOf(TextMessage.class, handler.awaitMessage());
				assertEquals(text, message.getPayload());
				assertTrue(message.isLast());
			}
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void textInFragmentsArrivesWhole(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler); TestClient client = TestClient.connect(engine)) {
			client.sendTextPart("one ", false);
			client.sendTextPart("two ", false);
			client.sendPing(new byte[] { 1 });
			client.sendTextPart("three", true);

			assertEquals(new TextMessage("one two three"), handler.awaitMessage());
			assertArrayEquals(new byte[] { 1 }, client.awaitPong());
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 125, 126, 127, 4096, 65_535, 65_536 })
	void binaryArrivesInAHeapBufferOfExactlyItsSize(int size) throws Exception {
		byte[] bytes = new byte[size];
		new Random(size).nextBytes(bytes);
		try (TestEngine engine = TestEngine.start(handler); TestClient client = TestClient.connect(engine)) {
			client.sendBinary(bytes);

			assertExact(bytes, assertInstanceOf(BinaryMessage.class, handler.awaitMessage()).getPayload());
		}
	}

	@Test
	void binaryInFragmentsArrivesInAHeapBufferOfExactlyItsSize() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			client.send(Frame.part(Frame.BINARY, new byte[] { 1, 2 }), Frame.part(Frame.CONTINUATION, new byte[0]),
					Frame.of(Frame.CONTINUATION, new byte[] { 3 }));

			assertExact(new byte[] { 1, 2, 3 }, ((BinaryMessage) handler.awaitMessage()).getPayload());
		}
	}

	@Test
	void aMegabyteArrivesWhereTheLimitAllowsIt() throws Exception {
		byte[] bytes = new byte[1 << 20];
		new Random(1).nextBytes(bytes);
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setMaxBinaryMessageBytes(1 << 20));
				TestClient client = TestClient.connect(engine)) {
			client.sendBinary(bytes);

			assertExact(bytes, ((BinaryMessage) handler.awaitMessage()).getPayload());
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void buffersBelongToTheHandlerAndAreNotReused(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			client.send(Frame.binary(new byte[] { 1, 1, 1 }), Frame.of(Frame.PONG, new byte[] { 4, 4 }));
			ByteBuffer first = ((BinaryMessage) handler.awaitMessage()).getPayload();
			ByteBuffer pong = ((PongMessage) handler.awaitMessage()).getPayload();
			Arrays.fill(first.array(), (byte) 9);
			for (int i = 0; i < 100; i++) {
				client.send(Frame.binary(new byte[] { 2, 2, 2 }));
				ByteBuffer next = ((BinaryMessage) handler.awaitMessage()).getPayload();
				assertNotSame(first.array(), next.array());
				assertExact(new byte[] { 2, 2, 2 }, next);
			}
			assertExact(new byte[] { 9, 9, 9 }, first);
			assertExact(new byte[] { 4, 4 }, pong);
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void pongsArriveAlsoUnaskedAndEmpty(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler); TestClient client = TestClient.connect(engine)) {
			client.sendPong(new byte[0]);
			assertExact(new byte[0], assertInstanceOf(PongMessage.class, handler.awaitMessage()).getPayload());
			byte[] largest = new byte[125];
			new Random(2).nextBytes(largest);
			client.sendPong(largest);
			assertExact(largest, ((PongMessage) handler.awaitMessage()).getPayload());
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void pingsAreAnsweredByTheEngineAndNeverShown(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler); TestClient client = TestClient.connect(engine)) {
			client.sendPing(new byte[0]);
			assertArrayEquals(new byte[0], client.awaitPong());
			byte[] largest = new byte[125];
			new Random(3).nextBytes(largest);
			client.sendPing(largest);
			assertArrayEquals(largest, client.awaitPong());
			client.sendText("after");

			handler.awaitCall("text:after");
			assertEquals(List.of("established", "text:after"), handler.calls());
		}
	}

	@Test
	void aTextHandlerAnswersBinaryWith1003() throws Exception {
		TextWebSocketHandler textOnly = new TextWebSocketHandler() { };
		try (TestEngine engine = TestEngine.start(textOnly); TestClient client = TestClient.connect(engine)) {
			client.sendBinary(new byte[1]);

			assertEquals(new CloseStatus(1003, "Binary messages not supported"), client.awaitClose());
		}
	}

	@Test
	void aBinaryHandlerAnswersTextWith1003() throws Exception {
		BinaryWebSocketHandler binaryOnly = new BinaryWebSocketHandler() { };
		try (TestEngine engine = TestEngine.start(binaryOnly); TestClient client = TestClient.connect(engine)) {
			client.sendText("a");

			assertEquals(new CloseStatus(1003, "Text messages not supported"), client.awaitClose());
		}
	}

	@Test
	void messagesFromAPacketThatHoldsManyAreTheSameAsFromManyPackets() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			Frame[] frames = new Frame[10_000];
			Arrays.setAll(frames, (i) -> Frame.text("m" + i));
			client.send(frames);

			for (int i = 0; i < frames.length; i++) {
				WebSocketMessage<?> message = handler.awaitMessage();
				assertEquals("m" + i, message.getPayload());
			}
		}
		assertFalse(handler.sawOverlap());
	}

	private static void assertExact(byte[] expected, ByteBuffer actual) {
		assertTrue(actual.hasArray());
		assertEquals(0, actual.arrayOffset());
		assertEquals(0, actual.position());
		assertEquals(actual.array().length, actual.limit());
		assertArrayEquals(expected, actual.array());
	}
}
