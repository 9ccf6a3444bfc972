package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.ReadyState;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.UpgradeOptions;
import io.hawser.websocket.UpstreamConnections;
import io.hawser.websocket.WebSocketExtension;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.Principal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Sessions that the server behind an engine has accepted. */
class UpgradeTests extends UpgradeFixture {
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
