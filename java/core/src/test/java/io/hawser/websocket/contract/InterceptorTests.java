package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.HttpMethod;
import io.hawser.websocket.HttpStatus;
import io.hawser.websocket.ServerHttpRequest;
import io.hawser.websocket.ServerHttpResponse;
import io.hawser.websocket.WebSocketHandler;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Interceptors of the opening handshake. */
class InterceptorTests {
	private final RecordingHandler handler = new RecordingHandler();
	private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

	private TestInterceptor interceptor(String name) {
		return new TestInterceptor(name, calls);
	}

	/** Starts an engine with one loop whose handler writes {@code established} to the same list. */
	private TestEngine start(HandlerMode mode, TestInterceptor... interceptors) throws IOException {
		handler.on("established", (session, message) -> calls.add("established"));
		return TestEngine.start(handler, (settings) -> settings.setMode(mode).addInterceptors(interceptors)
				.builder().loops(1));
	}

	private static HttpReply upgrade(TestEngine engine) throws IOException {
		try (RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.upgrade(TestEngine.PATH);
			if (reply.status() != 101) {
				client.readEnd();
			}
			return reply;
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void theyRunInOrderBeforeTheAnswerAndInReverseAfterIt(HandlerMode mode) throws Exception {
		try (TestEngine engine = start(mode, interceptor("1"), interceptor("2"), interceptor("3"))) {
			assertEquals(101, upgrade(engine).status());
			handler.awaitClosed();
		}
		assertEquals(List.of("before 1", "before 2", "before 3", "after 3", "after 2", "after 1", "established"), calls);
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void theFirstThatSaysNoEndsItWith403(HandlerMode mode) throws Exception {
		TestInterceptor no = interceptor("2").deciding((request, response, attributes) -> false);
		try (TestEngine engine = start(mode, interceptor("1"), no, interceptor("3"))) {
			HttpReply reply = upgrade(engine);

			assertEquals(403, reply.status());
			assertFalse(reply.body().isBlank(), "a readable body");
			assertEquals(1, engine.counters().handshakesRefused());
		}
		assertEquals(List.of("before 1", "before 2", "after 1"), calls);
		assertEquals(List.of(), handler.calls());
	}

	@Test
	void aRefusalHasTheInterceptorsStatusHeadersAndBody() throws Exception {
		TestInterceptor no = interceptor("1").deciding((request, response, attributes) -> {
			response.setStatusCode(HttpStatus.UNAUTHORIZED);
			response.getHeaders().add("WWW-Authenticate", "Bearer");
			response.getHeaders().add("Set-Cookie", "a=1");
			response.getHeaders().add("Set-Cookie", "b=2");
			response.getBody().write("log in \u2192 first".getBytes(StandardCharsets.UTF_8));
			return false;
		});
		try (TestEngine engine = start(HandlerMode.WORKERS, no)) {
			HttpReply reply = upgrade(engine);

			assertEquals(401, reply.status());
			assertEquals("Bearer", reply.header("WWW-Authenticate"));
			assertEquals("a=1, b=2", reply.header("Set-Cookie"));
			assertEquals("log in \u2192 first", reply.body());
		}
	}

	@Test
	void headersOfAnInterceptorGoOutWithTheAcceptanceButNotThoseOfTheEngine() throws Exception {
		TestInterceptor yes = interceptor("1").deciding((request, response, attributes) -> {
			response.getHeaders().add("Set-Cookie", "session=abc; HttpOnly");
			response.getHeaders().add("Connection", "close");
			response.getHeaders().add("Sec-WebSocket-Accept", "forged");
			response.getHeaders().add("Content-Length", "5");
			return true;
		});
		try (TestEngine engine = start(HandlerMode.WORKERS, yes)) {
			HttpReply reply = upgrade(engine);

			assertEquals(101, reply.status());
			assertEquals("session=abc; HttpOnly", reply.header("Set-Cookie"));
			assertEquals("upgrade", reply.header("Connection").toLowerCase(Locale.ROOT));
			assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", reply.header("Sec-WebSocket-Accept"));
			assertNull(reply.header("Content-Length"));
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aHeaderThatCannotBeSentIsA500AndTheHandlerHearsNothing(HandlerMode mode) throws Exception {
		TestInterceptor wrong = interceptor("1").deciding((request, response, attributes) -> {
			response.getHeaders().add("X-Name", "Zo\u00eb");
			return true;
		});
		try (TestEngine engine = start(mode, wrong)) {
			assertEquals(500, upgrade(engine).status());
			assertEquals(0, engine.counters().sessionsOpened());
		}
		assertEquals(List.of(), handler.calls());
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void anExceptionIsA500WithoutItsTextAndTheOthersAreTold(HandlerMode mode) throws Exception {
		TestInterceptor fails = interceptor("2").deciding((request, response, attributes) -> {
			throw new IOException("secret of " + request.getURI().getQuery());
		});
		try (TestEngine engine = start(mode, interceptor("1"), fails)) {
			HttpReply reply;
			try (RawClient client = RawClient.open(engine.port())) {
				reply = client.upgrade(TestEngine.PATH + "?port=" + engine.port());
			}
			assertEquals(500, reply.status());
			assertFalse(reply.body().contains("secret"));
			TestLog.awaitLine("SEVERE", TestEngine.PATH, "secret of port=" + engine.port());
		}
		assertEquals(List.of("before 1", "before 2", "after 1 IOException"), calls);
		assertEquals(List.of(), handler.calls());
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void anErrorIsA500TooAndTheCarrierLives(HandlerMode mode) throws Exception {
		boolean[] failing = { true };
		TestInterceptor fails = interceptor("1").deciding((request, response, attributes) -> {
			if (failing[0]) {
				throw new StackOverflowError("by hand");
			}
			return true;
		});
		try (TestEngine engine = start(mode, fails)) {
			assertEquals(500, upgrade(engine).status());
			failing[0] = false;
			assertEquals(101, upgrade(engine).status());
			handler.awaitClosed();
		}
	}

	@Test
	void theirAttributesAreTheSessionsAndStayMutable() throws Exception {
		TestInterceptor puts = interceptor("1").deciding((request, response, attributes) -> {
			attributes.put("user", "ada");
			attributes.put("gone", true);
			return true;
		});
		TestInterceptor removes = interceptor("2").deciding((request, response, attributes) ->
				attributes.remove("gone") != null);
		try (TestEngine engine = start(HandlerMode.WORKERS, puts, removes);
				RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			assertEquals(Map.of("user", "ada"), session.getAttributes());
			session.getAttributes().merge("user", "!", (one, two) -> "" + one + two);
			assertEquals("ada!", session.getAttributes().get("user"));
			assertThrows(NullPointerException.class, () -> session.getAttributes().put("user", null));
			assertThrows(NullPointerException.class, () -> session.getAttributes().put(null, "user"));
			client.send(Frame.close(1000, ""));
			handler.awaitClosed();
			assertEquals("ada!", session.getAttributes().get("user"));
		}
	}

	@Test
	void attributesBelongToOneSession() throws Exception {
		TestInterceptor puts = interceptor("1").deciding((request, response, attributes) -> {
			attributes.put("port", request.getRemoteAddress().getPort());
			return true;
		});
		try (TestEngine engine = start(HandlerMode.WORKERS, puts)) {
			for (int i = 0; i < 3; i++) {
				try (RawClient client = RawClient.connect(engine)) {
					WebSocketSession session = handler.awaitSession();
					assertEquals(Map.of("port", client.localPort()), session.getAttributes());
					session.getAttributes().put("seen", i);
				}
			}
		}
	}

	@Test
	void theySeeTheRequestAsItWas() throws Exception {
		TestInterceptor looks = interceptor("1").deciding((request, response, attributes) -> {
			assertEquals(HttpMethod.GET, request.getMethod());
			assertEquals("/test?a=b%20c&d", request.getURI().getRawPath() + "?" + request.getURI().getRawQuery());
			assertEquals("one", request.getHeaders().getFirst("x-Test"));
			assertEquals(List.of("one", "two"), request.getHeaders().get("X-TEST"));
			assertThrows(UnsupportedOperationException.class, () -> request.getHeaders().add("X-Test", "three"));
			assertNull(request.getPrincipal());
			assertTrue(request.getLocalAddress().getAddress().isLoopbackAddress());
			return true;
		});
		try (TestEngine engine = start(HandlerMode.WORKERS, looks); RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.upgrade(TestEngine.PATH + "?a=b%20c&d", "X-Test: one", "x-test: two");

			assertEquals(101, reply.status(), reply.body());
		}
	}

	@Test
	void anExceptionOfAfterHandshakeChangesNothing() throws Exception {
		TestInterceptor fails = new TestInterceptor("1", calls) {
			@Override
			public void afterHandshake(ServerHttpRequest request,
					ServerHttpResponse response, WebSocketHandler wsHandler,
					Exception exception) {
				throw new IllegalStateException("too late");
			}
		};
		try (TestEngine engine = start(HandlerMode.WORKERS, fails, interceptor("2"))) {
			assertEquals(101, upgrade(engine).status());
			handler.awaitClosed();
		}
		assertEquals(List.of("before 1", "before 2", "after 2", "established"), calls);
	}
}
