package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.TextWebSocketHandler;
import io.hawser.websocket.UpstreamConnections;
import io.hawser.websocket.contract.Await;
import io.hawser.websocket.contract.RawClient;
import io.hawser.websocket.contract.UpstreamServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class UpgradesTests {
	private static final int HANDSHAKES = 200;
	private static final UpgradeSettings DEFAULTS = new UpgradeSettings(null, null, null, null, null, null, null, null, true,
			null);

	private final AtomicReference<PumpEngine> engine = new AtomicReference<>();
	private final AtomicInteger asked = new AtomicInteger();

	/** Accepts each, and answers one after the other with an acceptance, a refusal, a tunnel, and an end. */
	private String answer(String head) {
		String name = UpstreamServer.header(head, UpstreamConnections.CONNECTION_HEADER);
		AskedUpgrade upgrade = engine.get().engine.upgrades().find(name).orElse(null);
		if (upgrade == null) {
			return null;
		}
		try {
			upgrade.accept(new TextWebSocketHandler(), DEFAULTS);
		} catch (IllegalStateException gone) {
			return null;
		}
		return switch (asked.getAndIncrement() % 4) {
			case 0 -> UpstreamServer.answer("200 OK", "", UpstreamConnections.ACCEPTED_HEADER + ": " + upgrade.idText());
			case 1 -> UpstreamServer.answer("403 Forbidden", "no");
			case 2 -> "HTTP/1.1 101 Switching Protocols\r\n\r\n";
			default -> null;
		};
	}

	@Test
	void nothingThatWasAcceptedIsLeftHoweverTheHandshakesEnd() throws Exception {
		byte[] handshake = ("GET /any HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
				+ "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
						.getBytes(StandardCharsets.US_ASCII);
		try (UpstreamServer server = UpstreamServer.start(this::answer);
				PumpEngine started = PumpEngine.start(HandlerMode.ADAPTIVE, new TextWebSocketHandler(),
						(settings) -> settings.upstream(new UpstreamSettings("127.0.0.1:" + server.port(), 4, Duration.ofSeconds(5),
								Duration.ofSeconds(20))))) {
			engine.set(started);
			for (int i = 0; i < HANDSHAKES; i++) {
				RawClient client = RawClient.open(started.engine.port());
				client.sendBytes(handshake);
				if (i % 3 == 0) {
					// Gone before the answer, or in the middle of it.
					client.disconnect();
				} else {
					client.readFully(new byte[12]);
					client.close();
				}
			}
			Await.until("all connections have ended", () -> started.counters().connectionsOpen() == 0);
			assertEquals(0, started.engine.upgrades().waiting());
			assertEquals(0, started.counters().sessionsOpened() - started.counters().sessionsClosed());
		}
	}
}
