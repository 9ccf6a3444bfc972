package io.hawser.bench.hawser;

import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;

/** An echo that blocks now and then, as a handler with a database does: 5 ms for each text that begins with {@code s}. */
final class SleepingEchoHandler extends EchoHandler {
	private static final long SLEEP_MS = 5;

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
		if (message.getPayload().startsWith("s")) {
			try {
				Thread.sleep(SLEEP_MS);
			} catch (InterruptedException e) {
				Thread.currentThread().interrupt();
			}
		}
		super.handleTextMessage(session, message);
	}
}
