package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.TextMessage;
import io.hawser.websocket.UpgradeOptions;
import io.hawser.websocket.UpgradeRequest;
import io.hawser.websocket.Upstream;
import io.hawser.websocket.UpstreamConnections;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketEngineBuilder;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** An engine before a server whose code decides about opening handshakes as a test says. */
abstract class UpgradeFixture {
	final RecordingHandler handler = new RecordingHandler().on("text", (session, message) -> session
			.sendMessage(new TextMessage("echo " + message.getPayload())));
	final AtomicReference<Decision> decision = new AtomicReference<>(UpgradeFixture.this::accept);
	final List<WebSocketSession> accepted = new ArrayList<>();
	volatile UpgradeOptions options = UpgradeOptions.DEFAULT;
	UpstreamServer server;
	WebSocketEngine engine;

	/** What the upstream's code does with a handshake; returns its answer. */
	interface Decision {
		String decide(UpgradeRequest request, String head) throws Exception;
	}

	void start(UnaryOperator<WebSocketEngineBuilder> settings) throws IOException {
		server = UpstreamServer.start(this::answer);
		engine = settings.apply(WebSocketEngine.builder().loops(1).upstream(Upstream.loopback(server.port()))).start();
	}

	String answer(String head) throws Exception {
		String name = UpstreamServer.header(head, UpstreamConnections.CONNECTION_HEADER);
		return decision.get().decide(engine.upstreamConnections().findUpgrade(name).orElse(null), head);
	}

	String accept(UpgradeRequest request, String head) {
		accepted.add(request.accept(handler, options));
		return accepts(request);
	}

	static String accepts(UpgradeRequest request) {
		return UpstreamServer.answer("200 OK", "", UpstreamConnections.ACCEPTED_HEADER + ": " + request.id(),
				"Set-Cookie: a=b", "X-Frame-Options: DENY", "Content-Type: text/plain");
	}

	@AfterEach
	void endInTime() throws IOException {
		if (engine != null) {
			assertTrue(engine.stop(Duration.ofSeconds(20)), "the engine ends in time");
			assertEquals(0, engine.counters().panics());
			assertEquals(0, engine.counters().connectionsOpen());
			server.close();
		}
	}
	String calls(RawClient client) throws Exception {
		client.readClose();
		handler.awaitClosed();
		return String.join(",", handler.calls());
	}
}
