package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.Compression;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.PingMessage;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compressed messages in both directions. */
class DeflateTests {
	private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate";

	private final RecordingHandler handler = new RecordingHandler();
	private final MessageCodec codec = new MessageCodec(false);

	static RawClient connect(TestEngine engine) throws IOException {
		RawClient client = RawClient.open(engine.port());
		HttpReply reply = client.upgrade(TestEngine.PATH, OFFER);
		assertEquals(101, reply.status());
		assertTrue(reply.header("Sec-WebSocket-Extensions").startsWith("permessage-deflate"));
		return client;
	}

	private TestEngine start(Compression compression) throws IOException {
		return TestEngine.start(handler, (registration) -> registration.setCompression(compression));
	}

	private Frame sent(RawClient client, WebSocketSession session, WebSocketMessage<?> message) throws Exception {
		session.sendMessage(message);
		Frame frame = client.read();
		byte[] expected = message instanceof TextMessage text ? text.asBytes()
				: ((BinaryMessage) message).getPayload().array();
		assertArrayEquals(expected, codec.read(frame));
		return frame;
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void textAndBinaryComeAndGoCompressed(HandlerMode mode) throws Exception {
		String text = "gr\u00fc\u00dfe \uD83D\uDE00 ".repeat(2000);
		byte[] bytes = text.getBytes(StandardCharsets.UTF_16);
		handler.on("text", WebSocketSession::sendMessage).on("binary", WebSocketSession::sendMessage);
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = connect(engine)) {
			for (int i = 0; i < 3; i++) {
				client.send(codec.text(text), codec.binary(bytes));
				Frame answer = client.read();
				assertTrue(answer.isCompressed());
				assertEquals(Frame.TEXT, answer.opcode());
				assertEquals(text, codec.readText(answer));
				Frame second = client.read();
				assertTrue(second.isCompressed());
				assertEquals(Frame.BINARY, second.opcode());
				assertArrayEquals(bytes, codec.read(second));
			}
		}
	}

	@Test
	void fromTheThresholdOnMessagesAreCompressed() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = connect(engine)) {
			WebSocketSession session = handler.awaitSession();

			assertFalse(sent(client, session, new TextMessage("x".repeat(127))).isCompressed());
			assertTrue(sent(client, session, new TextMessage("x".repeat(128))).isCompressed());
			assertFalse(sent(client, session, new BinaryMessage(new byte[127])).isCompressed());
			assertTrue(sent(client, session, new BinaryMessage(new byte[128])).isCompressed());
		}
	}

	@Test
	void aHandlerHasAThresholdOfItsOwn() throws Exception {
		try (TestEngine engine = start(Compression.DEFAULT.withThresholdBytes(1000).withLevel(9)); RawClient client = connect(engine)) {
			WebSocketSession session = handler.awaitSession();

			assertFalse(sent(client, session, new TextMessage("x".repeat(999))).isCompressed());
			assertTrue(sent(client, session, new TextMessage("x".repeat(1000))).isCompressed());
		}
	}

	@Test
	void aHandlerHasALevelOfItsOwn() throws Exception {
		StringBuilder text = new StringBuilder();
		Random random = new Random(3);
		for (int i = 0; i < 2000; i++) {
			text.append("word").append(random.nextInt(50)).append(' ');
		}
		int[] bytes = new int[2];
		for (int i = 0; i < 2; i++) {
			try (TestEngine engine = start(Compression.DEFAULT.withLevel(i == 0 ? 1 : 9)); RawClient client = connect(engine)) {
				bytes[i] = sent(client, handler.awaitSession(), new TextMessage(text)).payload().length;
			}
		}
		assertTrue(bytes[1] < bytes[0], bytes[1] + " bytes at level 9, " + bytes[0] + " at level 1");
	}

	@Test
	void aMessageHasAWordOfItsOwn() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = connect(engine)) {
			WebSocketSession session = handler.awaitSession();

			assertTrue(sent(client, session, new TextMessage("x".repeat(60)).withCompression(true)).isCompressed());
			assertFalse(sent(client, session, new TextMessage("x".repeat(6000)).withCompression(false)).isCompressed());
			assertTrue(sent(client, session, new BinaryMessage(new byte[60]).withCompression(true)).isCompressed());
			assertFalse(sent(client, session, new BinaryMessage(new byte[6000]).withCompression(false)).isCompressed());
		}
	}

	@Test
	void aWordOnCompressionMeansNothingWhereNoneIsAgreedOn() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();

			assertFalse(sent(client, session, new TextMessage("x".repeat(6000)).withCompression(true)).isCompressed());
			assertFalse(sent(client, session, new TextMessage("x".repeat(6000)).withCompression(false)).isCompressed());
		}
	}

	@Test
	void whatCompressionDoesNotMakeSmallerIsSentAsItIs() throws Exception {
		byte[] noise = new byte[500];
		new Random(5).nextBytes(noise);
		try (TestEngine engine = TestEngine.start(handler); RawClient client = connect(engine)) {
			WebSocketSession session = handler.awaitSession();

			assertFalse(sent(client, session, new BinaryMessage(noise)).isCompressed());
			assertTrue(sent(client, session, new BinaryMessage(new byte[500])).isCompressed(), "the next one again");
		}
	}

	@Test
	void partsPingsAndClosesAreNeverCompressed() throws Exception {
		String part = "x".repeat(1000);
		try (TestEngine engine = TestEngine.start(handler); RawClient client = connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			session.sendMessage(new TextMessage(part, false).withCompression(true));
			session.sendMessage(new PingMessage(ByteBuffer.wrap(new byte[125])));
			session.sendMessage(new TextMessage(part, true).withCompression(true));
			session.close();

			Set<Integer> seen = new HashSet<>();
			for (int i = 0; i < 4; i++) {
				seen.add(client.read().first());
			}
			// A set, because pings go ahead of data that waits.
			assertEquals(Set.of(Frame.TEXT, Frame.FIN | Frame.PING, Frame.FIN | Frame.CONTINUATION, Frame.FIN | Frame.CLOSE), seen);
		}
	}

	@Test
	void withContextTakeoverMessagesReferToThoseBeforeThem() throws Exception {
		MessageCodec takeover = new MessageCodec(true);
		byte[] noise = new byte[2000];
		new Random(9).nextBytes(noise);
		handler.on("binary", WebSocketSession::sendMessage);
		try (TestEngine engine = start(Compression.DEFAULT.withContextTakeover(true)); RawClient client = connect(engine)) {
			for (int i = 0; i < 4; i++) {
				Frame frame = takeover.binary(noise);
				client.send(frame);
				Frame answer = client.read();
				assertArrayEquals(noise, takeover.read(answer));
				if (i > 0) {
					assertTrue(frame.payload().length < 100, "the client refers back");
					assertTrue(answer.isCompressed() && answer.payload().length < 100, answer.payload().length + " bytes");
				}
			}
		}
	}

	@Test
	void compressedAndPlainMessagesMayAlternate() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = connect(engine)) {
			client.send(codec.text("one"), Frame.text("two"), codec.text(""), Frame.text(""), codec.text("three"));

			for (String expected : List.of("one", "two", "", "", "three")) {
				assertEquals(new TextMessage(expected), handler.awaitMessage());
			}
		}
	}

	@Test
	void aCompressedMessageMayComeInFramesWithPingsBetween() throws Exception {
		String text = "abc\u20ac".repeat(3000);
		byte[] payload = codec.deflate(text.getBytes(StandardCharsets.UTF_8));
		try (TestEngine engine = TestEngine.start(handler); RawClient client = connect(engine)) {
			for (int cut = 0; cut <= payload.length; cut += 7) {
				client.send(new Frame(Frame.RSV1 | Frame.TEXT, Arrays.copyOf(payload, cut)));
				client.send(Frame.of(Frame.PING, new byte[1]));
				client.send(Frame.of(Frame.CONTINUATION, Arrays.copyOfRange(payload, cut, payload.length)));

				assertEquals(new TextMessage(text), handler.awaitMessage(), "cut at byte " + cut);
				assertEquals(Frame.FIN | Frame.PONG, client.read().first());
			}
		}
	}
}
