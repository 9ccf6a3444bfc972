package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hawser.websocket.Compression;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One publication for subscribers that have agreed on different compression. */
class PublishCompressionTests {
	private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate";

	private final RecordingHandler handler = new RecordingHandler();
	private final List<RawClient> clients = new ArrayList<>();

	private void closeClients() throws IOException {
		for (RawClient client : clients) {
			client.close();
		}
	}

	@Test
	void deflateAndPlainSubscribersOfOneTopicBothGetIt() throws Exception {
		String text = "gr\u00fc\u00dfe \uD83D\uDE00 ".repeat(500);
		String small = "x".repeat(300);
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setCompression(
				Compression.DEFAULT.withContextTakeover(true).withThresholdBytes(256))); AutoCloseable all = this::closeClients) {
			clients.add(RawClient.connect(engine));
			clients.add(RawClient.connect(engine.port(), TestEngine.PATH,
					DEFLATE + "; client_no_context_takeover; server_no_context_takeover"));
			clients.add(RawClient.connect(engine.port(), TestEngine.PATH, DEFLATE + "; server_no_context_takeover; "
					+ "server_max_window_bits=9"));
			clients.add(RawClient.connect(engine.port(), TestEngine.PATH, DEFLATE));
			for (int i = 0; i < 4; i++) {
				handler.awaitSession();
			}
			for (WebSocketSession session : engine.engine().sessions()) {
				session.subscribe("t");
			}
			List<TextMessage> messages = List.of(new TextMessage(text), new TextMessage(small), new TextMessage("tiny"),
					new TextMessage(text).withCompression(false), new TextMessage("tiny").withCompression(true), new TextMessage(small));
			for (TextMessage message : messages) {
				assertEquals(4, engine.engine().publish("t", message));
			}
			for (int i = 0; i < clients.size(); i++) {
				MessageCodec codec = new MessageCodec(i == 3);
				List<Boolean> compressed = new ArrayList<>();
				for (TextMessage message : messages) {
					Frame frame = clients.get(i).read();
					compressed.add(frame.isCompressed());
					assertEquals(message.getPayload(), codec.readText(frame));
				}
				assertEquals(i > 0 ? List.of(true, true, false, false) : List.of(false, false, false, false),
						compressed.subList(0, 4), "client " + i);
			}
		}
	}
}
