package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.ReadyState;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.UpgradeOptions;
import io.hawser.websocket.UpgradeRequest;
import io.hawser.websocket.Upstream;
import io.hawser.websocket.UpstreamConnections;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketEngineBuilder;
import io.hawser.websocket.WebSocketExtension;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Opening handshakes that the server behind an engine decides about. */
class UpgradeTests {
	private final RecordingHandler handler = new RecordingHandler().on("text", (session, message) -> session
			.sendMessage(new TextMessage("echo " + message.getPayload())));
	private final AtomicReference<Decision> decision = new AtomicReference<>(UpgradeTests.this::accept);
	private final List<WebSocketSession> accepted = new ArrayList<>();
	private volatile UpgradeOptions options = UpgradeOptions.DEFAULT;
	private UpstreamServer server;
	private WebSocketEngine engine;

	/** What the upstream's code does with a handshake; returns its answer. */
	private interface Decision {
		String decide(UpgradeRequest request, String head) throws Exception;
	}

	private void start(UnaryOperator<WebSocketEngineBuilder> settings) throws IOException {
		server = UpstreamServer.start(this::answer);
		engine = settings.apply(WebSocketEngine.builder().loops(1).upstream(Upstream.loopback(server.port()))).start();
	}

	private String answer(String head) throws Exception {
		String name = UpstreamServer.header(head, UpstreamConnections.CONNECTION_HEADER);
		return decision.get().decide(engine.upstreamConnections().findUpgrade(name).orElse(null), head);
	}

	private String accept(UpgradeRequest request, String head) {
		accepted.add(request.accept(handler, options));
		return accepts(request);
	}

	private static String accepts(UpgradeRequest request) {
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

	@Test
	void anAcceptedHandshakeIsASessionOfTheEngine() throws Exception {
		start((settings) -> settings);
		AtomicReference<ReadyState> before = new AtomicReference<>();
		decision.set((request, head) -> {
			String answer = accept(request, head);
			before.set(accepted.get(0).getReadyState());
			assertThrows(IOException.class, () -> accepted.get(0).sendMessage(new TextMessage("too early")));
			accepted.get(0).close();
			return answer;
		});
		try (RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.upgrade("/any?x=1", "X-Hawser-Connection: forged", "Cookie: c");
			assertEquals(101, reply.status());
			assertEquals("a=b", reply.header("Set-Cookie"));
			assertEquals("DENY", reply.header("X-Frame-Options"));
			assertNull(reply.header("Content-Type"));
			assertNull(reply.header(UpstreamConnections.ACCEPTED_HEADER));
			WebSocketSession session = handler.awaitSession();
			assertSame(accepted.get(0), session);
			assertEquals(ReadyState.CONNECTING, before.get());
			assertEquals(ReadyState.OPEN, session.getReadyState());
			assertEquals(URI.create("ws://localhost:" + engine.port() + "/any?x=1"), session.getUri());
			assertEquals("c", session.getHandshakeHeaders().getFirst("Cookie"));
			assertNull(session.getHandshakeHeaders().getFirst(UpstreamConnections.CONNECTION_HEADER));
			assertEquals(client.localPort(), session.getRemoteAddress().getPort());
			assertNull(session.getPrincipal());
			assertNull(session.getAcceptedProtocol());
			assertTrue(engine.sessions().contains(session));
			client.sendText("hello");
			assertEquals("echo hello", client.readText());
			client.send(Frame.close(1000, "bye"));
			assertEquals("established,text:hello,closed:1000:bye", calls(client));
		}
		assertEquals(1, engine.upstreamConnections().accepted());
		assertEquals(0, engine.upstreamConnections().tunnelled());
		assertEquals(1, engine.counters().sessionsOpened());
	}

	private String calls(RawClient client) throws Exception {
		client.readClose();
		handler.awaitClosed();
		return String.join(",", handler.calls());
	}

	@Test
	void theSessionIsWhatTheOptionsSay() throws Exception {
		Map<String, Object> attributes = new HashMap<>(Map.of("k", "v"));
		Principal user = () -> "ada";
		options = UpgradeOptions.DEFAULT.subProtocol("chat").principal(user).attributes(attributes)
				.uri(URI.create("wss://example.org/x")).remoteAddress(InetSocketAddress.createUnresolved("client", 1))
				.localAddress(InetSocketAddress.createUnresolved("server", 443)).maxTextMessageBytes(125)
				.maxBinaryMessageBytes(126).compression(false);
		start((settings) -> settings);
		try (RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.upgrade("/any", "Sec-WebSocket-Protocol: chat, other",
					"Sec-WebSocket-Extensions: permessage-deflate");
			assertEquals("chat", reply.header("Sec-WebSocket-Protocol"));
			assertNull(reply.header("Sec-WebSocket-Extensions"));
			WebSocketSession session = handler.awaitSession();
			assertEquals("chat", session.getAcceptedProtocol());
			assertSame(user, session.getPrincipal());
			assertSame(attributes, session.getAttributes());
			assertEquals(URI.create("wss://example.org/x"), session.getUri());
			assertEquals("client", session.getRemoteAddress().getHostString());
			assertEquals(443, session.getLocalAddress().getPort());
			assertEquals(126, session.getBinaryMessageSizeLimit());
			assertEquals(List.of(), session.getExtensions());
			client.sendText("x".repeat(126));
			assertEquals(1009, client.readClose().closeCode());
		}
	}

	@Test
	void compressionIsAgreedToAsItWasSaid() throws Exception {
		AtomicReference<List<WebSocketExtension>> said = new AtomicReference<>();
		start((settings) -> settings);
		decision.set((request, head) -> {
			said.set(request.negotiatedCompression().stream().toList());
			return accept(request, head);
		});
		try (RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.upgrade("/any", "Sec-WebSocket-Extensions: permessage-deflate");
			assertEquals(said.get(), handler.awaitSession().getExtensions());
			assertEquals(WebSocketExtension.parseExtensions(reply.header("Sec-WebSocket-Extensions")), said.get());
		}
		try (RawClient client = RawClient.open(engine.port())) {
			assertNull(client.upgrade("/any").header("Sec-WebSocket-Extensions"));
			assertEquals(List.of(), said.get());
		}
		handler.inParts();
		try (RawClient client = RawClient.open(engine.port())) {
			assertNull(client.upgrade("/any", "Sec-WebSocket-Extensions: permessage-deflate").header("Sec-WebSocket-Extensions"));
			assertEquals(1, said.get().size());
		}
	}

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

	@Test
	void callbacksHaveTheClassLoaderAndTheThreadsThatWereSet() throws Exception {
		CompletableFuture<Thread> ran = new CompletableFuture<>();
		CompletableFuture<ClassLoader> seen = new CompletableFuture<>();
		handler.on("established", (session, message) -> {
			ran.complete(Thread.currentThread());
			seen.complete(Thread.currentThread().getContextClassLoader());
		});
		Executor threads = (task) -> {
			Thread thread = new Thread(task, "the application's");
			thread.setDaemon(true);
			thread.start();
		};
		try (URLClassLoader loader = new URLClassLoader(new URL[0])) {
			start((settings) -> settings.mode(HandlerMode.WORKERS).executor(threads).contextClassLoader(loader));
			try (RawClient client = RawClient.connect(engine.port(), "/any")) {
				assertSame(loader, Await.result(seen));
				assertEquals("the application's", Await.result(ran).getName());
				client.sendText("hello");
				assertEquals("echo hello", client.readText());
			}
		}
	}

	@Test
	void oneConnectionCarriesAllHandshakesOfALoop() throws Exception {
		start((settings) -> settings);
		for (int i = 0; i < 20; i++) {
			RawClient.connect(engine.port(), "/any").close();
			handler.awaitClosed();
		}
		assertEquals(1, server.connections());
		assertEquals(20, engine.upstreamConnections().accepted());
	}
}
