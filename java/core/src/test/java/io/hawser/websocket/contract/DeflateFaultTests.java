package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.Compression;
import io.hawser.websocket.TextMessage;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed messages that are too large or broken, and what the session after them sees of it: nothing. */
class DeflateFaultTests {
	private static final int LIMIT = 65_536;

	private final RecordingHandler handler = new RecordingHandler();
	private final MessageCodec codec = new MessageCodec(false);

	private TestEngine start(boolean contextTakeover) throws IOException {
		return TestEngine.start(handler, (registration) -> registration
				.setCompression(Compression.DEFAULT.withContextTakeover(contextTakeover)).builder().loops(1));
	}

	/** Sends frames, and sees its own session closed and another one, of the same loop, served. */
	private void assertCloses(int code, TestEngine engine, Frame... frames) throws Exception {
		try (RawClient client = DeflateTests.connect(engine); RawClient other = DeflateTests.connect(engine)) {
			client.send(frames);
			assertEquals(code, client.readClose().closeCode());
			client.readEnd();
			assertEquals(code, handler.awaitClosed().getCode());
			other.send(codec.text("still here"));
			assertEquals(new TextMessage("still here"), handler.awaitMessage());
		}
		assertEquals(1006, handler.awaitClosed().getCode(), "the other one");
	}

	@ParameterizedTest
	@ValueSource(booleans = {false, true})
	void theLimitCountsInflatedBytes(boolean contextTakeover) throws Exception {
		try (TestEngine engine = start(contextTakeover)) {
			try (RawClient client = DeflateTests.connect(engine)) {
				client.send(codec.binary(new byte[LIMIT]), codec.text("x".repeat(LIMIT)));
				assertEquals(LIMIT, handler.awaitMessage().getPayloadLength());
				assertEquals(LIMIT, handler.awaitMessage().getPayloadLength());
			}
			handler.awaitClosed();
			assertCloses(1009, engine, codec.binary(new byte[LIMIT + 1]));
			assertCloses(1009, engine, codec.text("x".repeat(LIMIT + 1)));
			assertCloses(1009, engine, codec.binary(new byte[100 << 20]));
		}
	}

	@Test
	void aBombInFragmentsClosesToo() throws Exception {
		byte[] bomb = codec.deflate(new byte[10 << 20]);
		try (TestEngine engine = start(false)) {
			assertCloses(1009, engine, new Frame(Frame.RSV1 | Frame.BINARY, Arrays.copyOf(bomb, 100)),
					Frame.of(Frame.CONTINUATION, Arrays.copyOfRange(bomb, 100, bomb.length)));
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = {false, true})
	void whatCannotBeInflatedClosesWith1007(boolean contextTakeover) throws Exception {
		try (TestEngine engine = start(contextTakeover)) {
			for (byte[] corrupt : new byte[][] {{6}, {-1, -1, -1, -1}, {0, 5, 0, 0, 0}, "no deflate at all".getBytes()}) {
				assertCloses(1007, engine, new Frame(Frame.FIN | Frame.RSV1 | Frame.BINARY, corrupt));
			}
		}
	}

	@Test
	void aReferenceBeforeTheFirstByteClosesWith1007() throws Exception {
		MessageCodec takeover = new MessageCodec(true);
		byte[] text = "said before, said before, said again".getBytes();
		takeover.deflate(text);
		try (TestEngine engine = start(false)) {
			assertCloses(1007, engine, new Frame(Frame.FIN | Frame.RSV1 | Frame.BINARY, takeover.deflate(text)));
		}
	}

	@Test
	void textIsCheckedAfterInflating() throws Exception {
		byte[] payload = codec.deflate(new byte[] {'a', (byte) 0xC3});
		try (TestEngine engine = start(false)) {
			assertCloses(1007, engine, new Frame(Frame.FIN | Frame.RSV1 | Frame.TEXT, payload));
		}
	}

	@Test
	void theReservedBitWhereItHasNoMeaningClosesWith1002() throws Exception {
		try (TestEngine engine = start(false)) {
			assertCloses(1002, engine, new Frame(Frame.FIN | Frame.RSV1 | Frame.PING, new byte[0]));
			assertCloses(1002, engine, Frame.part(Frame.BINARY, new byte[1]),
					new Frame(Frame.FIN | Frame.RSV1 | Frame.CONTINUATION, new byte[1]));
			try (RawClient client = RawClient.connect(engine)) {
				client.send(codec.text("nothing was agreed on"));
				assertEquals(1002, client.readClose().closeCode());
			}
		}
	}

	@Test
	void aHandlerOfPartsGetsACompressedMessageAsOneAndTheLimitHolds() throws Exception {
		handler.inParts();
		byte[] payload = codec.deflate(new byte[LIMIT]);
		try (TestEngine engine = start(false)) {
			try (RawClient client = DeflateTests.connect(engine)) {
				client.send(new Frame(Frame.RSV1 | Frame.BINARY, Arrays.copyOf(payload, 10)),
						Frame.of(Frame.CONTINUATION, Arrays.copyOfRange(payload, 10, payload.length)));
				BinaryMessage message = (BinaryMessage) handler.awaitMessage();
				assertTrue(message.isLast());
				assertEquals(LIMIT, message.getPayloadLength());
			}
			handler.awaitClosed();
			assertCloses(1009, engine, codec.binary(new byte[LIMIT + 1]));
		}
	}
}
