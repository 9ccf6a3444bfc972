package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An end that the peer starts, in good order or not. */
class PeerClosingTests {
	private final RecordingHandler handler = new RecordingHandler();

	@ParameterizedTest
	@ValueSource(ints = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999 })
	void codeAndReasonArriveAsTheyAreAndTheCodeIsAnswered(int code) throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			client.send(Frame.close(code, "gr\u00fcnd \uD83D\uDE00"));

			assertEquals(new CloseStatus(code, "gr\u00fcnd \uD83D\uDE00"), handler.awaitClosed());
			assertEquals(code, client.readClose().closeCode());
			client.readEnd();
		}
		assertEquals(2, handler.calls().size(), "no transport error: " + handler.calls());
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void theJdksClientClosesInGoodOrder(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler); TestClient client = TestClient.connect(engine)) {
			client.sendClose(3456, "x".repeat(123));

			assertEquals(new CloseStatus(3456, "x".repeat(123)), handler.awaitClosed());
			assertEquals(3456, client.awaitClose().getCode());
		}
		assertEquals(2, handler.calls().size(), "no transport error: " + handler.calls());
	}

	@Test
	void anEmptyCloseFrameIs1005AndIsAnsweredWithAnEmptyOne() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			client.send(Frame.of(Frame.CLOSE, new byte[0]));

			assertEquals(CloseStatus.NO_STATUS_CODE, handler.awaitClosed());
			assertArrayEquals(new byte[0], client.readClose().payload());
			client.readEnd();
		}
		assertEquals(List.of("established", "closed:1005"), handler.calls());
	}

	@Test
	void aCodeWithoutAReasonGivesNoReason() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			client.send(Frame.close(1000, ""));

			assertEquals(CloseStatus.NORMAL, handler.awaitClosed());
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void anEndWithoutACloseFrameIs1006AfterATransportError(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler)) {
			try (RawClient client = RawClient.connect(engine)) {
				client.disconnect();
				assertEquals(CloseStatus.NO_CLOSE_FRAME, handler.awaitClosed());
				assertInstanceOf(IOException.class, handler.awaitError());
			}
			try (RawClient client = RawClient.connect(engine)) {
				client.reset();
				assertEquals(CloseStatus.NO_CLOSE_FRAME, handler.awaitClosed());
				assertInstanceOf(IOException.class, handler.awaitError());
			}
			try (RawClient client = RawClient.connect(engine)) {
				client.sendBytes(Arrays.copyOf(Frame.text("half").masked(), 8));
				client.disconnect();
				assertEquals(CloseStatus.NO_CLOSE_FRAME, handler.awaitClosed());
				assertInstanceOf(IOException.class, handler.awaitError());
			}
		}
		List<String> each = List.of("established", "error", "closed:1006");
		assertEquals(Stream.of(each, each, each).flatMap(List::stream).toList(), handler.calls());
	}

	static Stream<Arguments> faults() {
		byte[] two = { 'h', 'i' };
		byte[] badUtf8 = { 'a', (byte) 0xC0, (byte) 0x80 };
		return Stream.of(
				Arguments.of("an unmasked frame", 1002, Frame.text("hi").unmasked()),
				Arguments.of("a reserved bit", 1002, new Frame(0xC1, two).masked()),
				Arguments.of("a reserved opcode", 1002, new Frame(0x83, two).masked()),
				Arguments.of("a continuation of nothing", 1002, Frame.of(Frame.CONTINUATION, two).masked()),
				Arguments.of("a control frame in parts", 1002, Frame.part(Frame.PING, two).masked()),
				Arguments.of("a ping of 126 bytes", 1002, Frame.of(Frame.PING, new byte[126]).masked()),
				Arguments.of("half a close code", 1002, Frame.of(Frame.CLOSE, new byte[1]).masked()),
				Arguments.of("close code 1005", 1002, Frame.close(1005, "").masked()),
				Arguments.of("close code 1006", 1002, Frame.close(1006, "").masked()),
				Arguments.of("close code 1015", 1002, Frame.close(1015, "").masked()),
				Arguments.of("close code 999", 1002, Frame.close(999, "").masked()),
				Arguments.of("close code 2999", 1002, Frame.close(2999, "").masked()),
				Arguments.of("close code 5000", 1002, Frame.close(5000, "").masked()),
				Arguments.of("text that is not UTF-8", 1007, Frame.of(Frame.TEXT, badUtf8).masked()),
				Arguments.of("a reason that is not UTF-8", 1007,
						Frame.of(Frame.CLOSE, new byte[] { 3, (byte) 0xE8, (byte) 0xFF }).masked()),
				Arguments.of("half a code point at the end", 1007, Frame.of(Frame.TEXT, new byte[] { (byte) 0xC3 }).masked()),
				Arguments.of("a message over the limit", 1009, Frame.binary(new byte[65_537]).masked()));
	}

	@ParameterizedTest(name = "{0} is {1}")
	@MethodSource("faults")
	void aFaultOfThePeerHasTheSameStatusOnTheWireAndInClosed(String what, int code, byte[] bytes) throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			client.sendText("before");
			client.sendBytes(bytes);

			Frame close = client.readClose();
			assertEquals(code, close.closeCode(), close::closeReason);
			assertEquals(new CloseStatus(code, close.closeReason()), handler.awaitClosed());
			client.drain();
		}
		assertEquals(List.of("established", "text:before"), handler.calls().subList(0, 2));
		assertEquals(3, handler.calls().size(), what + " is no transport error: " + handler.calls());
	}

	@Test
	void tooManyFragmentsAreAgainstThePolicy() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			client.send(Frame.part(Frame.TEXT, new byte[0]));
			Frame[] endless = new Frame[1000];
			Arrays.fill(endless, Frame.part(Frame.CONTINUATION, new byte[0]));
			try {
				for (int i = 0; i < 200; i++) {
					client.send(endless);
				}
			} catch (IOException closedMeanwhile) {
				// The server does not read to the end.
			}
			assertEquals(1008, handler.awaitClosed().getCode());
		}
	}
}
