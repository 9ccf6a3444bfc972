package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.PingMessage;
import io.hawser.websocket.PongMessage;
import io.hawser.websocket.PublishOptions;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketMessage;
import io.hawser.websocket.WebSocketSession;
import io.hawser.websocket.WebSocketSessionDecorator;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Wrong calls around topics: each is refused with the name of what was wrong, and nothing is published. */
class TopicArgumentTests {
	private static final TextMessage MESSAGE = new TextMessage("never");

	private final RecordingHandler handler = new RecordingHandler();

	private static void assertNull(String name, Executable call) {
		assertEquals(name, assertThrows(NullPointerException.class, call, name).getMessage());
	}

	private static void assertRefused(String name, Executable call) {
		String text = assertThrows(IllegalArgumentException.class, call, name).getMessage();
		assertTrue(text.startsWith(name + " "), text);
	}

	@Test
	void wrongTopicsAreRefusedByAllMethods() throws Exception {
		try (TestEngine test = TestEngine.start(handler); RawClient client = RawClient.connect(test)) {
			WebSocketEngine engine = test.engine();
			WebSocketSession session = handler.awaitSession();
			for (String topic : new String[] { null, "", "x".repeat(256), "\u20ac".repeat(86), "\uD83D" }) {
				List<Executable> calls = List.of(() -> engine.publish(topic, MESSAGE), () -> engine.publish(topic, MESSAGE, session),
						() -> engine.publish(topic, MESSAGE, PublishOptions.conflate("k")), () -> engine.subscribers(topic),
						() -> session.subscribe(topic), () -> session.unsubscribe(topic), () -> session.isSubscribed(topic),
						() -> session.publish(topic, MESSAGE));
				for (Executable call : calls) {
					if (topic == null) {
						assertNull("topic", call);
					} else {
						assertRefused("topic", call);
					}
				}
			}
			assertTrue(session.subscribe("\u20ac".repeat(85)), "255 bytes pass");
			assertEquals(1, engine.publish("\u20ac".repeat(85), new TextMessage("here")));
			assertEquals("here", client.readText());
			assertEquals(1, engine.counters().messagesPublished());
		}
	}

	@Test
	void onlyWholeTextAndBinaryMessagesArePublished() throws Exception {
		try (TestEngine test = TestEngine.start(handler); RawClient client = RawClient.connect(test)) {
			WebSocketEngine engine = test.engine();
			WebSocketSession session = handler.awaitSession();
			session.subscribe("t");
			for (WebSocketMessage<?> bad : List.of(new PingMessage(), new PongMessage(), new TextMessage("part", false))) {
				assertRefused("message", () -> engine.publish("t", bad));
				assertRefused("message", () -> session.publish("t", bad));
				assertRefused("message", () -> engine.publish("t", bad, PublishOptions.conflate("k")));
			}
			assertNull("message", () -> engine.publish("t", null));
			assertNull("message", () -> session.publish("t", null));
			session.sendMessage(new TextMessage("nothing before"));
			assertEquals("nothing before", client.readText());
		}
	}

	@Test
	void aSessionThatIsNotOfThisEngineCannotBeLeftOut() throws Exception {
		RecordingHandler others = new RecordingHandler();
		try (TestEngine test = TestEngine.start(handler); TestEngine other = TestEngine.start(others);
				RawClient client = RawClient.connect(other)) {
			WebSocketEngine engine = test.engine();
			WebSocketSession foreign = others.awaitSession();
			WebSocketSession standIn = (WebSocketSession) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { WebSocketSession.class }, (proxy, method, arguments) -> "stand-in");
			for (WebSocketSession bad : List.of(foreign, new WebSocketSessionDecorator(foreign), standIn)) {
				assertRefused("excludingSession", () -> engine.publish("t", MESSAGE, bad));
				assertRefused("excludingSession", () -> engine.publish("t", MESSAGE, PublishOptions.conflate("k").excluding(bad)));
			}
			assertNull("excludingSession", () -> engine.publish("t", MESSAGE, (WebSocketSession) null));
			assertNull("options", () -> engine.publish("t", MESSAGE, (PublishOptions) null));
			client.disconnect();
			others.awaitClosed();
			assertEquals(0, other.engine().publish("t", MESSAGE, foreign), "one that has ended may be left out");
		}
	}

	@Test
	void aSessionThatHasEndedIsNotSubscribedButMayPublish() throws Exception {
		try (TestEngine test = TestEngine.start(handler); RawClient client = RawClient.connect(test);
				RawClient stays = RawClient.connect(test)) {
			WebSocketSession ended = handler.awaitSession();
			WebSocketSession open = handler.awaitSession();
			open.subscribe("t");
			boolean swapped = ended.getRemoteAddress().getPort() != client.localPort();
			(swapped ? stays : client).disconnect();
			(swapped ? stays : client).close();
			handler.awaitClosed();

			String text = assertThrows(IllegalStateException.class, () -> ended.subscribe("t")).getMessage();
			assertTrue(text.contains(ended.getId()), text);
			assertFalse(ended.unsubscribe("t"));
			assertFalse(ended.isSubscribed("t"));
			assertEquals(1, ended.publish("t", new TextMessage("left")));
			assertEquals("left", (swapped ? client : stays).readText());
			open.close();
			assertThrows(IllegalStateException.class, () -> open.subscribe("u"), "closing");
		}
	}

	@Test
	void anEngineThatHasEndedPublishesNothing() throws Exception {
		TestEngine test = TestEngine.start(handler);
		WebSocketSession session;
		try (RawClient client = RawClient.connect(test)) {
			session = handler.awaitSession();
			session.subscribe("t");
		}
		test.close();
		assertThrows(IllegalStateException.class, () -> test.engine().publish("t", MESSAGE));
		assertThrows(IllegalStateException.class, () -> session.publish("t", MESSAGE));
		assertThrows(IllegalStateException.class, () -> session.subscribe("t"));
		assertEquals(0, test.engine().subscribers("t"));
		assertFalse(session.isSubscribed("t"));
	}
}
