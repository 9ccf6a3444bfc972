package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.PingMessage;
import io.hawser.websocket.PongMessage;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.TextWebSocketHandler;
import io.hawser.websocket.WebSocketMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What sendMessage takes, what the peer gets of it, and in which order. */
class MessagesOutTests {
	private static final int SENDERS = 8;
	private static final int MESSAGES = 500;

	private final RecordingHandler handler = new RecordingHandler();

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void textBinaryPingAndPongArriveAsTheyAre(HandlerMode mode) throws Exception {
		byte[] bytes = new byte[70_000];
		new Random(1).nextBytes(bytes);
		try (TestEngine engine = TestEngine.start(mode, handler); TestClient client = TestClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			for (String text : List.of("", "x\u0000y", "\u20ac\uD83D\uDE00", "z".repeat(70_000))) {
				session.sendMessage(new TextMessage(text));
				assertEquals(text, client.awaitText());
			}
			session.sendMessage(new BinaryMessage(bytes));
			assertArrayEquals(bytes, client.awaitBinary());
			session.sendMessage(new BinaryMessage(new byte[0]));
			assertArrayEquals(new byte[0], client.awaitBinary());
			session.sendMessage(new PingMessage(ByteBuffer.wrap(bytes, 5, 125)));
			assertEquals(ByteBuffer.wrap(bytes, 5, 125), ByteBuffer.wrap(client.awaitPing()));
			assertEquals(125, handler.awaitMessage().getPayloadLength(), "the client's answer");
			session.sendMessage(new PongMessage());
			assertArrayEquals(new byte[0], client.awaitPong());
		}
	}

	/** A carrier may have a way of its own to send texts. */
	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void textOfEveryKindAndLengthThatACallbackSendsArrivesAsItIs(HandlerMode mode) throws Exception {
		List<String> texts = new ArrayList<>();
		for (int length : List.of(0, 1, 63, 64, 65, 125, 126, 16_384, 65_535, 65_536, 70_000)) {
			for (String unit : List.of("a", "\u0000", "\u00e9", "\u65e5", "\uD83D\uDEA2", "a\u00e9\u65e5\uD83D\uDEA2")) {
				texts.add(unit.repeat(length));
			}
		}
		TextWebSocketHandler sender = new TextWebSocketHandler() {
			@Override
			protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
				for (String text : texts) {
					session.sendMessage(new TextMessage(text));
				}
				session.sendMessage(new TextMessage("lone \uD83D surrogate"));
			}
		};
		try (TestEngine engine = TestEngine.start(mode, sender); RawClient client = RawClient.connect(engine)) {
			client.sendText("go");
			for (String text : texts) {
				assertEquals(text, client.readText(), () -> "length " + text.length());
			}
			assertEquals("lone ? surrogate", client.readText());
		}
	}

	/** From a callback and from any other thread, with and without compression: each has a way of its own through the engine. */
	@ParameterizedTest
	@CsvSource({"true,X-Extensions: none", "false,X-Extensions: none", "true,Sec-WebSocket-Extensions: permessage-deflate"})
	void bytesOfATextArriveAsTheyAreAndMalformedOnesReplaced(boolean inCallback, String header) throws Exception {
		List<byte[]> texts = new ArrayList<>();
		for (int length : List.of(0, 1, 31, 32, 125, 70_000)) {
			texts.add("a\u00e9\u65e5\uD83D\uDEA2".repeat(length).getBytes(StandardCharsets.UTF_8));
			texts.add(Arrays.copyOf(("m".repeat(length) + "\u00e9").getBytes(StandardCharsets.UTF_8), length + 1));
		}
		handler.on("text:go", (session, message) -> sendWrapped(session, texts));
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine.port(), TestEngine.PATH, header)) {
			WebSocketSession session = handler.awaitSession();
			if (inCallback) {
				client.sendText("go");
			} else {
				sendWrapped(session, texts);
			}
			MessageCodec codec = new MessageCodec(false);
			for (byte[] text : texts) {
				byte[] expected = new String(text, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
				assertArrayEquals(expected, codec.read(client.read()));
			}
			Await.until("nothing waits", () -> session.getBufferedAmount() == 0);
		}
	}

	private static void sendWrapped(WebSocketSession session, List<byte[]> texts) throws IOException {
		for (byte[] text : texts) {
			session.sendMessage(TextMessage.wrap(text));
		}
	}

	@Test
	void aMessageInPartsGoesOutInFragments() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			session.sendMessage(new TextMessage("one ", false));
			session.sendMessage(new TextMessage("two ", false));
			session.sendMessage(new TextMessage("three", true));
			session.sendMessage(new BinaryMessage(new byte[1], false));
			session.sendMessage(new BinaryMessage(new byte[0], true));
			session.sendMessage(new TextMessage("whole"));

			int[] firstBytes = { 0x01, 0x00, 0x80, 0x02, 0x80, 0x81 };
			StringBuilder text = new StringBuilder();
			for (int first : firstBytes) {
				Frame frame = client.read();
				assertEquals(first, frame.first());
				text.append(frame.opcode() == Frame.BINARY ? "|" : frame.text());
			}
			assertEquals("one two three|whole", text.toString());
		}
	}

	@Test
	void manyThreadsSendOnOneSessionWithoutMixingAndEachInItsOrder() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			List<Thread> senders = new ArrayList<>();
			for (int sender = 0; sender < SENDERS; sender++) {
				String name = sender + ":";
				senders.add(new Thread(() -> sendAll(session, name)));
			}
			senders.forEach(Thread::start);

			int[] next = new int[SENDERS];
			for (int i = 0; i < SENDERS * MESSAGES; i++) {
				String text = client.readText();
				int sender = text.charAt(0) - '0';
				assertEquals(text(sender + ":", next[sender]++), text);
			}
			for (Thread sender : senders) {
				sender.join();
			}
		}
	}

	private static void sendAll(WebSocketSession session, String name) {
		try {
			for (int i = 0; i < MESSAGES; i++) {
				session.sendMessage(new TextMessage(text(name, i)));
			}
		} catch (IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	/** Sizes on both sides of each length form. */
	private static String text(String name, int number) {
		return name + number + "-" + name.repeat(number % 100);
	}

	@Test
	void anotherTypeOfMessageIsRefusedByItsClass() throws Exception {
		WebSocketMessage<String> foreign = new WebSocketMessage<>() {
			@Override
			public String getPayload() {
				return "foreign";
			}

			@Override
			public int getPayloadLength() {
				return 7;
			}

			@Override
			public boolean isLast() {
				return true;
			}
		};
		try (TestEngine engine = TestEngine.start(handler); TestClient client = TestClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			var refused = assertThrows(IllegalArgumentException.class, () -> session.sendMessage(foreign));
			assertTrue(refused.getMessage().contains(foreign.getClass().getName()), refused.getMessage());
			assertEquals("message", assertThrows(NullPointerException.class, () -> session.sendMessage(null)).getMessage());

			session.sendMessage(new TextMessage("still open"));
			assertEquals("still open", client.awaitText());
		}
	}

	@Test
	void aControlPayloadOver125BytesIsRefused() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); TestClient client = TestClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			session.sendMessage(new PingMessage(ByteBuffer.allocate(125)));
			assertEquals(125, client.awaitPing().length);
			session.sendMessage(new PongMessage(ByteBuffer.allocate(125)));
			assertEquals(125, client.awaitPong().length);
			for (WebSocketMessage<?> tooLong : List.of(new PingMessage(ByteBuffer.allocate(126)),
					new PongMessage(ByteBuffer.allocate(126)))) {
				var refused = assertThrows(IllegalArgumentException.class, () -> session.sendMessage(tooLong));
				assertTrue(refused.getMessage().contains("125") && refused.getMessage().contains("126"), refused.getMessage());
			}
			session.sendMessage(new TextMessage("still open"));
			assertEquals("still open", client.awaitText());
		}
	}

	@Test
	void theCallersBufferIsNeitherMovedNorChangedNorKept() throws Exception {
		byte[] content = "..payload..".getBytes(StandardCharsets.US_ASCII);
		ByteBuffer direct = ByteBuffer.allocateDirect(content.length).put(content).flip();
		ByteBuffer heap = ByteBuffer.wrap(content.clone());
		try (TestEngine engine = TestEngine.start(handler); TestClient client = TestClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			for (ByteBuffer buffer : List.of(heap, heap.slice(), heap.asReadOnlyBuffer(), direct, direct.asReadOnlyBuffer())) {
				buffer.position(2).limit(9);
				BinaryMessage message = new BinaryMessage(buffer);
				session.sendMessage(message);
				session.sendMessage(message);

				assertEquals(2, buffer.position());
				assertEquals(9, buffer.limit());
				assertEquals("payload", new String(client.awaitBinary(), StandardCharsets.US_ASCII));
				assertEquals("payload", new String(client.awaitBinary(), StandardCharsets.US_ASCII), "sent twice");
				assertEquals(ByteBuffer.wrap(content), buffer.duplicate().clear());
			}
			session.sendMessage(new BinaryMessage(heap));
			Arrays.fill(heap.array(), (byte) 0);
			assertEquals("payload", new String(client.awaitBinary(), StandardCharsets.US_ASCII), "copied before the return");
		}
	}
}
