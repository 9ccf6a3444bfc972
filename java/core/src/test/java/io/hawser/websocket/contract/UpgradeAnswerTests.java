package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.ReadyState;
import io.hawser.websocket.UpgradeRequest;
import io.hawser.websocket.Upstream;
import io.hawser.websocket.UpstreamConnections;
import io.hawser.websocket.WebSocketEngine;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the server behind an engine may answer to an opening handshake, and when. */
class UpgradeAnswerTests extends UpgradeFixture {
	@Test
	void aHandshakeIsAcceptedOnceAndOnlyUntilItIsAnswered() throws Exception {
		start((settings) -> settings);
		CompletableFuture<UpgradeRequest> seen = new CompletableFuture<>();
		CompletableFuture<String> name = new CompletableFuture<>();
		decision.set((request, head) -> {
			String answer = accept(request, head);
			String text = assertThrows(IllegalStateException.class, () -> request.accept(handler, options)).getMessage();
			assertTrue(text.contains("accepted before"), text);
			name.complete(UpstreamServer.header(head, UpstreamConnections.CONNECTION_HEADER));
			seen.complete(request);
			return answer;
		});
		try (RawClient client = RawClient.connect(engine.port(), "/any")) {
			UpgradeRequest request = Await.result(seen);
			UpstreamConnections connections = engine.upstreamConnections();
			assertTrue(connections.findUpgrade(name.join()).isEmpty(), "answered");
			String text = assertThrows(IllegalStateException.class, () -> request.accept(handler, options)).getMessage();
			assertTrue(text.contains("has ended"), text);
			request.cancel();
			client.sendText("still there");
			assertEquals("echo still there", client.readText());
		}
	}

	@Test
	void nobodyElseMakesANameThatIsFound() throws Exception {
		start((settings) -> settings);
		CompletableFuture<String> name = new CompletableFuture<>();
		try (UpstreamServer otherServer = UpstreamServer.start((head) -> {
			name.complete(UpstreamServer.header(head, UpstreamConnections.CONNECTION_HEADER));
			return null;
		}); WebSocketEngine other = WebSocketEngine.builder().loops(1).upstream(Upstream.loopback(otherServer.port())).start();
				RawClient otherClient = RawClient.open(other.port())) {
			assertEquals(502, otherClient.upgrade("/any").status());
			assertTrue(engine.upstreamConnections().findUpgrade(Await.result(name)).isEmpty(), "another engine's");
		}
		CompletableFuture<Boolean> found = new CompletableFuture<>();
		decision.set((request, head) -> {
			found.complete(request != null);
			return UpstreamServer.answer("200 OK", "plain");
		});
		try (RawClient client = RawClient.open(engine.port())) {
			assertEquals(200, client.request("GET /any", UpstreamConnections.CONNECTION_HEADER + ": " + name.join()).status());
			assertFalse(Await.result(found));
		}
		assertTrue(engine.upstreamConnections().findUpgrade(null).isEmpty());
		assertTrue(engine.upstreamConnections().findUpgrade("").isEmpty());
	}

	@Test
	void anyOtherAnswerPassesAndTheHandlerHearsOfNothing() throws Exception {
		start((settings) -> settings);
		decision.set((request, head) -> {
			accept(request, head);
			return UpstreamServer.answer("403 Forbidden", "not you", "X-Why: because");
		});
		try (RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.upgrade("/any");
			assertEquals(403, reply.status());
			assertEquals("not you", reply.body());
			assertEquals("because", reply.header("X-Why"));
			assertEquals(ReadyState.CLOSED, accepted.get(0).getReadyState());
		}
		assertEquals(List.of(), handler.calls());
		assertEquals(0, engine.counters().sessionsOpened());
	}

	@Test
	void whoWasRefusedMayAskAgainOnTheSameConnectionAlsoBehindOtherRequests() throws Exception {
		start((settings) -> settings);
		decision.set((request, head) -> {
			if (request == null) {
				return UpstreamServer.answer("200 OK", "plain");
			}
			String answer = accept(request, head);
			return head.contains("Authorization: ") ? answer : UpstreamServer.answer("401 Unauthorized", "who are you");
		});
		try (RawClient client = RawClient.open(engine.port())) {
			assertEquals(401, client.upgrade("/any").status());
			assertEquals("plain", client.request("GET /page").body());
			assertEquals(101, client.upgrade("/any", "Authorization: Basic YTpi").status());
			client.sendText("hello");
			assertEquals("echo hello", client.readText());
			assertEquals(List.of("established", "text:hello"), handler.calls());
			assertEquals(List.of(ReadyState.CLOSED, ReadyState.OPEN), List.of(accepted.get(0).getReadyState(), accepted.get(1).getReadyState()));
		}
		assertEquals(1, engine.upstreamConnections().accepted());
		assertEquals(0, engine.upstreamConnections().tunnelled());
	}

	@Test
	void anAcceptanceThatWasTakenBackIsABadGateway() throws Exception {
		start((settings) -> settings);
		decision.set((request, head) -> {
			String answer = accept(request, head);
			request.cancel();
			return answer;
		});
		try (RawClient client = RawClient.open(engine.port())) {
			assertEquals(502, client.upgrade("/any").status());
		}
		decision.set((request, head) -> accepts(request));
		try (RawClient client = RawClient.open(engine.port())) {
			assertEquals(502, client.upgrade("/any").status());
		}
		assertEquals(List.of(), handler.calls());
	}

	@Test
	void itMayBeTakenBackAndAcceptedAgain() throws Exception {
		start((settings) -> settings);
		decision.set((request, head) -> {
			request.accept(new RecordingHandler(), options);
			request.cancel();
			return accept(request, head);
		});
		try (RawClient client = RawClient.connect(engine.port(), "/any")) {
			client.sendText("hello");
			assertEquals("echo hello", client.readText());
		}
	}

	@Test
	void a101OfTheUpstreamIsATunnel() throws Exception {
		start((settings) -> settings);
		decision.set((request, head) -> "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\u0081\u0002hi");
		try (RawClient client = RawClient.open(engine.port())) {
			assertEquals(101, client.upgrade("/any").status());
			assertEquals("hi", client.readText());
		}
		assertEquals(1, engine.upstreamConnections().tunnelled());
		assertEquals(0, engine.counters().sessionsOpened());
	}

	@Test
	void aPathWithAHandlerIsNotAskedAbout() throws Exception {
		RecordingHandler own = new RecordingHandler();
		start((settings) -> settings.addHandler(own, "/own/**").builder());
		try (RawClient client = RawClient.connect(engine.port(), "/own/x"); RawClient plain = RawClient.open(engine.port())) {
			own.awaitSession();
			assertEquals(426, plain.request("GET /own").status());
		}
		assertEquals(0, server.connections());
	}
}
