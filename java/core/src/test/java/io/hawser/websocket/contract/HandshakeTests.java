package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HttpHeaders;
import io.hawser.websocket.SubProtocolCapable;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an accepted opening handshake makes of the request. */
class HandshakeTests {
	private static final class Speaker extends RecordingHandler implements SubProtocolCapable {
		@Override
		public List<String> getSubProtocols() {
			return List.of("chat.v1", "chat.v2", "not a token");
		}
	}

	private final RecordingHandler handler = new RecordingHandler();

	@Test
	void theUriHasSchemeHostPortPathAndQueryAsAsked() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.open(engine.port())) {
			client.sendBytes(("GET /test?name=%C3%A9&x HTTP/1.1\r\nHost: chat.example:8443\r\n" + RawClient.UPGRADE + "\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			assertEquals(101, client.readReply().status());

			assertEquals(URI.create("ws://chat.example:8443/test?name=%C3%A9&x"), handler.awaitSession().getUri());
		}
	}

	@Test
	void headersAreAnImmutableCopyWithAllValuesWhateverTheirCase() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.open(engine.port())) {
			assertEquals(101, client.upgrade(TestEngine.PATH, "X-One: 1", "x-one:  2  ", "Cookie: a=b; c=d", "X-Empty:").status());
			HttpHeaders headers = handler.awaitSession().getHandshakeHeaders();

			assertEquals(List.of("1", "2"), headers.get("X-ONE"));
			assertEquals("a=b; c=d", headers.getFirst("cookie"));
			assertEquals("", headers.getFirst("x-empty"));
			assertEquals("localhost:" + engine.port(), headers.getFirst("host"));
			assertNull(headers.getFirst("X-Two"));
			assertThrows(UnsupportedOperationException.class, () -> headers.add("X-One", "3"));
			assertThrows(UnsupportedOperationException.class, () -> headers.set("X-Two", "1"));
			assertThrows(UnsupportedOperationException.class, headers::clear);
		}
	}

	@Test
	void theAddressesAreThoseOfTheConnection() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();

			assertEquals(engine.port(), session.getLocalAddress().getPort());
			assertEquals(client.localPort(), session.getRemoteAddress().getPort());
			assertEquals("127.0.0.1", session.getRemoteAddress().getAddress().getHostAddress());
		}
	}

	@Test
	void theFirstSubprotocolOfTheClientThatTheHandlerSupportsIsChosen() throws Exception {
		Speaker speaker = new Speaker();
		try (TestEngine engine = TestEngine.start(speaker); TestClient client = TestClient.connect(engine.port(),
				TestEngine.PATH, (settings) -> settings.subprotocols("other", "chat.v2", "chat.v1"))) {
			assertEquals("chat.v2", client.subprotocol());
			assertEquals("chat.v2", speaker.awaitSession().getAcceptedProtocol());
		}
	}

	@Test
	void noSubprotocolInCommonIsAcceptedWithoutTheHeader() throws Exception {
		Speaker speaker = new Speaker();
		try (TestEngine engine = TestEngine.start(speaker)) {
			for (String offer : List.of("other", "CHAT.V1", "chat.v", "not a token")) {
				try (RawClient client = RawClient.open(engine.port())) {
					HttpReply reply = client.upgrade(TestEngine.PATH, "Sec-WebSocket-Protocol: " + offer);
					assertEquals(101, reply.status());
					assertNull(reply.header("Sec-WebSocket-Protocol"));
					assertNull(speaker.awaitSession().getAcceptedProtocol());
				}
			}
		}
	}

	@Test
	void aSubprotocolThatNobodyAskedForIsNeverChosen() throws Exception {
		Speaker speaker = new Speaker();
		try (TestEngine engine = TestEngine.start(speaker); RawClient client = RawClient.open(engine.port())) {
			assertNull(client.upgrade(TestEngine.PATH).header("Sec-WebSocket-Protocol"));
			assertNull(speaker.awaitSession().getAcceptedProtocol());
		}
	}

	@Test
	void anExtensionThatNobodyKnowsIsNotAccepted() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.upgrade(TestEngine.PATH, "Sec-WebSocket-Extensions: x-webkit-deflate-frame, mux; max=3");

			assertEquals(101, reply.status());
			assertNull(reply.header("Sec-WebSocket-Extensions"));
			assertEquals(List.of(), handler.awaitSession().getExtensions());
		}
	}

	@Test
	void theUserIsWhoTheResolverSaysAfterTheInterceptors() throws Exception {
		TestInterceptor puts = new TestInterceptor("1", new ArrayList<>())
				.deciding((request, response, attributes) -> attributes.put("name", "ada") == null);
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.addInterceptors(puts)
				.determineUser((request, wsHandler, attributes) -> user(attributes.get("name") + "@"
						+ request.getHeaders().getFirst("X-Team")))); RawClient client = RawClient.open(engine.port())) {
			assertEquals(101, client.upgrade(TestEngine.PATH, "X-Team: engines").status());

			assertEquals("ada@engines", handler.awaitSession().getPrincipal().getName());
		}
	}

	@Test
	void aResolverThatThrowsRefusesWith500() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings
				.determineUser((request, wsHandler, attributes) -> {
					throw new IllegalStateException("secret");
				})); RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.upgrade(TestEngine.PATH);

			assertEquals(500, reply.status());
			assertFalse(reply.body().contains("secret"));
		}
		assertEquals(List.of(), handler.calls());
	}

	@Test
	void aHandlerThatThrowsWhenAskedForItsSubprotocolsRefusesWith500() throws Exception {
		class Broken extends RecordingHandler implements SubProtocolCapable {
			@Override
			public List<String> getSubProtocols() {
				throw new IllegalStateException("secret");
			}
		}
		Broken broken = new Broken();
		try (TestEngine engine = TestEngine.start(broken); RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.upgrade(TestEngine.PATH, "Sec-WebSocket-Protocol: chat.v1");

			assertEquals(500, reply.status());
			assertFalse(reply.body().contains("secret"));
		}
		assertEquals(List.of(), broken.calls());
	}

	@Test
	void pathsAreExactOrWithAllBelow() throws Exception {
		RecordingHandler below = new RecordingHandler();
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.addHandler(below, "/below/**"))) {
			for (String path : List.of("/below", "/below/", "/below/a/b", "/below?x=/test")) {
				RawClient.connect(engine.port(), path).close();
				assertTrue(below.awaitSession().getUri().toString().endsWith(path));
			}
			for (String path : List.of("/", "/test/", "/Test", "/testing", "//test", "/%74est", "/test;x", "/belowx")) {
				assertStatus(404, engine, path);
			}
		}
		assertEquals(List.of(), handler.calls());
	}

	@Test
	void theEngineListensOnIpv6Too() throws Exception {
		try (WebSocketEngine engine = WebSocketEngine.builder().host("::1").addHandler(handler, "/test").start();
				Socket socket = new Socket("::1", engine.port())) {
			socket.getOutputStream().write(("GET /test HTTP/1.1\r\nHost: [::1]:1\r\n" + RawClient.UPGRADE + "\r\n").getBytes());
			assertEquals("http://[::1]:" + engine.port() + "/", engine.address());
			WebSocketSession session = handler.awaitSession();
			assertEquals(URI.create("ws://[::1]:1/test"), session.getUri());
			assertEquals(socket.getLocalPort(), session.getRemoteAddress().getPort());
		}
	}

	private static void assertStatus(int status, TestEngine engine, String path) throws IOException {
		try (RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.upgrade(path);
			assertEquals(status, reply.status(), path);
			assertFalse(reply.body().isBlank(), path);
		}
	}

	private static Principal user(String name) {
		return () -> name;
	}
}
