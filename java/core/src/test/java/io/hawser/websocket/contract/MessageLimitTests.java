package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.WebSocketHandlerRegistration;
import io.hawser.websocket.WebSocketSession;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How large a message may be: at the limit it passes, one byte over closes with 1009. */
class MessageLimitTests {
	private final RecordingHandler handler = new RecordingHandler();

	private static Frame text(int bytes) {
		return Frame.text("\u00e9".repeat(bytes / 2) + "x".repeat(bytes % 2));
	}

	private static Frame binary(int bytes) {
		return Frame.binary(new byte[bytes]);
	}

	private void assertPasses(RawClient client, Frame frame) throws Exception {
		client.send(frame);
		assertEquals(frame.payload().length, handler.awaitMessage().getPayloadLength());
	}

	private void assertClosesWith1009(RawClient client, Frame frame, String setting) throws Exception {
		WebSocketSession session = handler.awaitSession();
		client.send(frame);
		Frame close = client.readClose();
		assertEquals(1009, close.closeCode());
		client.readEnd();
		assertEquals(new CloseStatus(1009, close.closeReason()), handler.awaitClosed());
		int limit = frame.payload().length - 1;
		String line = TestLog.awaitLine("1009", setting, Integer.toString(limit), session.getId());
		assertTrue(line.startsWith("WARNING"), line);
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void sixtyFourKibibytesUnlessSetOtherwise(HandlerMode mode) throws Exception {
		try (TestEngine engine = TestEngine.start(mode, handler)) {
			try (RawClient client = RawClient.connect(engine)) {
				assertPasses(client, text(65_536));
				assertClosesWith1009(client, text(65_537), "maxTextMessageBytes");
			}
			try (RawClient client = RawClient.connect(engine)) {
				assertPasses(client, binary(65_536));
				assertClosesWith1009(client, binary(65_537), "maxBinaryMessageBytes");
			}
		}
	}

	@Test
	void theEngineHasALimitForAllHandlers() throws Exception {
		Consumer<WebSocketHandlerRegistration> settings = (registration) -> registration.builder()
				.maxTextMessageBytes(200).maxBinaryMessageBytes(300);
		try (TestEngine engine = TestEngine.start(handler, settings)) {
			try (RawClient client = RawClient.connect(engine)) {
				assertPasses(client, text(200));
				assertPasses(client, binary(300));
				assertClosesWith1009(client, text(201), "maxTextMessageBytes");
			}
			try (RawClient client = RawClient.connect(engine)) {
				assertClosesWith1009(client, binary(301), "maxBinaryMessageBytes");
			}
		}
	}

	@Test
	void aHandlerHasALimitOfItsOwn() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (registration) -> registration.setMaxTextMessageBytes(400)
				.setMaxBinaryMessageBytes(500).builder().maxTextMessageBytes(200).maxBinaryMessageBytes(300))) {
			try (RawClient client = RawClient.connect(engine)) {
				assertPasses(client, text(400));
				assertPasses(client, binary(500));
				assertClosesWith1009(client, text(401), "maxTextMessageBytes");
			}
			try (RawClient client = RawClient.connect(engine)) {
				assertClosesWith1009(client, binary(501), "maxBinaryMessageBytes");
			}
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aSessionHasALimitOfItsOwnFromTheNextMessageOn(HandlerMode mode) throws Exception {
		handler.on("text:limits", (session, message) -> {
			assertEquals(65_536, session.getTextMessageSizeLimit());
			assertEquals(65_536, session.getBinaryMessageSizeLimit());
			session.setTextMessageSizeLimit(70_000);
			session.setBinaryMessageSizeLimit(125);
			assertEquals(70_000, session.getTextMessageSizeLimit());
			assertEquals(125, session.getBinaryMessageSizeLimit());
			session.sendMessage(message);
		});
		try (TestEngine engine = TestEngine.start(mode, handler)) {
			try (RawClient client = RawClient.connect(engine)) {
				assertPasses(client, Frame.text("limits"));
				client.readText();
				assertPasses(client, text(70_000));
				assertPasses(client, binary(125));
				assertClosesWith1009(client, binary(126), "maxBinaryMessageBytes");
			}
			try (RawClient other = RawClient.connect(engine)) {
				assertPasses(other, binary(126));
			}
		}
	}

	@Test
	void fragmentsCountTogether() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (registration) -> registration.setMaxBinaryMessageBytes(125));
				RawClient client = RawClient.connect(engine)) {
			client.send(Frame.part(Frame.BINARY, new byte[100]), Frame.of(Frame.CONTINUATION, new byte[25]));
			assertEquals(125, handler.awaitMessage().getPayloadLength());
			client.send(Frame.part(Frame.BINARY, new byte[100]), Frame.of(Frame.CONTINUATION, new byte[26]));

			assertEquals(1009, client.readClose().closeCode());
			assertEquals(1009, handler.awaitClosed().getCode());
		}
	}

	@Test
	void messagesInPartsHaveNoLimitBecauseNothingOfThemIsKept() throws Exception {
		handler.inParts();
		try (TestEngine engine = TestEngine.start(handler, (registration) -> registration.setMaxBinaryMessageBytes(125));
				RawClient client = RawClient.connect(engine)) {
			client.send(Frame.part(Frame.BINARY, new byte[100]), Frame.of(Frame.CONTINUATION, new byte[26]));

			assertEquals(100, handler.awaitMessage().getPayloadLength());
			assertEquals(26, handler.awaitMessage().getPayloadLength());
		}
	}

	@Test
	void aDeclaredLengthOverTheLimitClosesBeforeAnythingOfItHasCome() throws Exception {
		byte[] frame = binary(65_537).masked();
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			client.sendBytes(Arrays.copyOf(frame, 14));

			assertEquals(1009, client.readClose().closeCode());
		}
	}

	@Test
	void aLimitOutsideItsRangeIsRefusedByName() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			for (int limit : new int[] { Integer.MIN_VALUE, -1, 0, 124, Integer.MAX_VALUE }) {
				for (Exception refused : new Exception[] {
						assertThrows(IllegalArgumentException.class, () -> session.setTextMessageSizeLimit(limit)),
						assertThrows(IllegalArgumentException.class, () -> session.setBinaryMessageSizeLimit(limit)) }) {
					assertTrue(refused.getMessage().contains("messageSizeLimit") && refused.getMessage().contains("" + limit),
							refused.getMessage());
				}
			}
			assertPasses(client, text(65_536));
		}
	}
}
