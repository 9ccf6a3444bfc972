package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.TextMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages in parts, for a handler that says it takes them. */
class PartialMessagesTests {
	private final RecordingHandler handler = new RecordingHandler().inParts();

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aTextPartNeverSplitsACodePointWhereverTheFragmentsDo(HandlerMode mode) throws Exception {
		String text = "a\u00e9\u20ac\uD83D\uDE00z";
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			for (int cut = 0; cut <= bytes.length; cut++) {
				client.send(Frame.part(Frame.TEXT, Arrays.copyOf(bytes, cut)));
				client.send(Frame.of(Frame.CONTINUATION, Arrays.copyOfRange(bytes, cut, bytes.length)));

				assertEquals(text, joinTextParts(), "cut at byte " + cut);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aTextPartNeverSplitsACodePointWhereverThePacketsDo(HandlerMode mode) throws Exception {
		String text = "\u20ac\uD83D\uDE00";
		byte[] frame = Frame.text(text).masked();
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			for (byte each : frame) {
				client.sendBytes(new byte[] { each });
			}

			assertEquals(text, joinTextParts());
		}
	}

	@Test
	void aMessageFarOverTheLimitOfMemoryForWholeOnesComesPieceByPiece() throws Exception {
		byte[] bytes = new byte[3 << 20];
		new Random(7).nextBytes(bytes);
		ByteArrayOutputStream received = new ByteArrayOutputStream();
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setMaxBinaryMessageBytes(4 << 20));
				RawClient client = RawClient.connect(engine)) {
			Thread sender = new Thread(() -> assertSends(client, Frame.binary(bytes)));
			sender.start();
			int parts = 1;
			BinaryMessage part = (BinaryMessage) handler.awaitMessage();
			while (!part.isLast()) {
				received.writeBytes(exact(part.getPayload()));
				part = (BinaryMessage) handler.awaitMessage();
				parts++;
			}
			received.writeBytes(exact(part.getPayload()));
			sender.join();
			assertTrue(parts > 3, parts + " parts");
		}
		assertArrayEquals(bytes, received.toByteArray());
	}

	@Test
	void aHandlerThatTakesPartsGetsASmallMessageInOne() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			client.sendText("small");
			TextMessage message = (TextMessage) handler.awaitMessage();

			assertEquals("small", message.getPayload());
			assertTrue(message.isLast());
		}
	}

	private String joinTextParts() throws InterruptedException {
		StringBuilder text = new StringBuilder();
		TextMessage part;
		do {
			part = (TextMessage) handler.awaitMessage();
			String payload = part.getPayload();
			assertEquals(payload, new String(part.asBytes(), StandardCharsets.UTF_8), "no half of a surrogate pair");
			assertEquals(-1, payload.indexOf('\uFFFD'), "no replacement character");
			text.append(payload);
		} while (!part.isLast());
		return text.toString();
	}

	private static byte[] exact(ByteBuffer payload) {
		assertEquals(payload.array().length, payload.remaining());
		return payload.array();
	}

	private static void assertSends(RawClient client, Frame frame) {
		try {
			client.send(frame);
		} catch (IOException e) {
			throw new UncheckedIOException(e);
		}
	}
}
