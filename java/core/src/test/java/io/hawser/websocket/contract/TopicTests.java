package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.PublishOptions;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import io.hawser.websocket.WebSocketSessionDecorator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets what is published; see also PublishOrderTests, PublishOverflowTests, PublishCompressionTests. */
class TopicTests {
	private final RecordingHandler handler = new RecordingHandler();
	private final List<RawClient> clients = new ArrayList<>();
	private final List<WebSocketSession> sessions = new ArrayList<>();

	/** Opens sessions one after the other, so that both lists have the same order. */
	private void open(TestEngine engine, int count) throws Exception {
		for (int i = 0; i < count; i++) {
			clients.add(RawClient.connect(engine));
			sessions.add(handler.awaitSession());
		}
	}

	private void closeClients() throws IOException {
		for (RawClient client : clients) {
			client.close();
		}
	}

	/** Sends each client a last message and checks that it has got nothing between. */
	private void assertNothingMore() throws IOException {
		for (int i = 0; i < clients.size(); i++) {
			sessions.get(i).sendMessage(new TextMessage("nothing more"));
			assertEquals("nothing more", clients.get(i).readText());
		}
	}

	@Test
	void whatIsPublishedComesToAllSubscribersOfThatTopicAndToNobodyElse() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); AutoCloseable all = this::closeClients) {
			open(engine, 4);
			assertEquals(0, engine.engine().publish("news", new TextMessage("lost")), "nobody yet");
			for (int i = 0; i < 3; i++) {
				assertTrue(sessions.get(i).subscribe("news"));
			}
			assertTrue(sessions.get(3).subscribe("new"));
			assertEquals(3, engine.engine().subscribers("news"));
			assertEquals(0, engine.engine().subscribers("News"));

			assertEquals(3, engine.engine().publish("news", new TextMessage("gr\u00fc\u00dfe")));
			assertEquals(1, engine.engine().publish("new", new BinaryMessage(new byte[0])));
			for (int i = 0; i < 3; i++) {
				assertEquals("gr\u00fc\u00dfe", clients.get(i).readText());
			}
			assertEquals(Frame.FIN | Frame.BINARY, clients.get(3).read().first());
			assertNothingMore();
			Await.until("deliveries are counted", () -> engine.counters().publicationsDelivered() == 4);
			assertEquals(3, engine.counters().messagesPublished(), "also what nobody got");
		}
	}

	@Test
	void largeAndReadOnlyAndDirectBuffersAreCopiedBeforePublishReturns() throws Exception {
		byte[] content = new byte[1 << 20];
		new Random(5).nextBytes(content);
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder().sendHighWaterBytes(16 << 20));
				AutoCloseable all = this::closeClients) {
			open(engine, 2);
			for (WebSocketSession session : sessions) {
				session.subscribe("t");
			}
			ByteBuffer direct = ByteBuffer.allocateDirect(content.length).put(content).flip();
			byte[] heap = content.clone();
			for (ByteBuffer buffer : List.of(ByteBuffer.wrap(heap), direct, direct.asReadOnlyBuffer())) {
				engine.engine().publish("t", new BinaryMessage(buffer));
				assertEquals(content.length, buffer.remaining());
			}
			Arrays.fill(heap, (byte) 0);
			direct.clear().put(new byte[content.length]);
			for (RawClient client : clients) {
				for (int i = 0; i < 3; i++) {
					assertArrayEquals(content, client.read().payload());
				}
			}
		}
	}

	@Test
	void aSubscriptionIsMadeOnceAndEndsWithUnsubscribe() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); AutoCloseable all = this::closeClients) {
			open(engine, 1);
			WebSocketSession session = sessions.get(0);
			assertFalse(session.isSubscribed("a"));
			assertFalse(session.unsubscribe("a"));
			assertTrue(session.subscribe("a"));
			assertFalse(session.subscribe("a"));
			assertTrue(session.subscribe("b"));
			assertTrue(session.isSubscribed("a"));
			assertEquals(1, engine.engine().publish("a", new TextMessage("once")));
			assertTrue(session.unsubscribe("a"));
			assertFalse(session.isSubscribed("a"));
			assertTrue(session.isSubscribed("b"));
			assertEquals(0, engine.engine().publish("a", new TextMessage("too late")));
			assertEquals(1, engine.engine().publish("b", new TextMessage("other")));

			assertEquals("once", clients.get(0).readText());
			assertEquals("other", clients.get(0).readText());
			assertNothingMore();
			assertEquals(0, engine.engine().subscribers("a"));
		}
	}

	@Test
	void theEndOfASessionEndsItsSubscriptions() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); AutoCloseable all = this::closeClients) {
			open(engine, 3);
			for (WebSocketSession session : sessions) {
				session.subscribe("a");
				session.subscribe("b");
			}
			clients.get(0).reset();
			clients.get(1).send(Frame.close(1000, ""));
			handler.awaitClosed();
			handler.awaitClosed();
			Await.until("one is left", () -> engine.engine().subscribers("a") == 1 && engine.engine().subscribers("b") == 1);
			assertFalse(sessions.get(0).isSubscribed("a"));
			assertFalse(sessions.get(0).unsubscribe("a"));

			assertEquals(1, engine.engine().publish("a", new TextMessage("still here")));
			assertEquals("still here", clients.get(2).readText());
			sessions.get(2).close();
			clients.get(2).readClose();
			clients.get(2).send(Frame.close(1000, ""));
			handler.awaitClosed();
			Await.until("nobody is left", () -> engine.engine().subscribers("a") == 0);
		}
	}

	@Test
	void oneSessionIsLeftOutWhereverItIs() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); AutoCloseable all = this::closeClients) {
			open(engine, 3);
			WebSocketSession one = sessions.get(0);
			for (WebSocketSession session : sessions) {
				session.subscribe("t");
			}
			assertEquals(2, engine.engine().publish("t", new TextMessage("1"), one));
			assertEquals(2, engine.engine().publish("t", new TextMessage("2"), new WebSocketSessionDecorator(one)));
			assertEquals(2, one.publish("t", new TextMessage("3")));
			assertEquals(2, engine.engine().publish("t", new TextMessage("4"), PublishOptions.conflate("k").excluding(one)));
			one.unsubscribe("t");
			assertEquals(2, one.publish("t", new TextMessage("5")), "not subscribed: nothing to leave out");
			for (String expected : List.of("1", "2", "3", "4", "5")) {
				assertEquals(expected, clients.get(1).readText());
				assertEquals(expected, clients.get(2).readText());
			}
			assertNothingMore();
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void callbacksMaySubscribeAndPublishAlsoTheLastOne(HandlerMode mode) throws Exception {
		handler.on("established", (session, message) -> session.subscribe("room"))
				.on("text", (session, message) -> session.publish("room", message))
				.on("closed", (session, message) -> session.publish("room", new TextMessage("left")));
		try (TestEngine engine = TestEngine.start(mode, handler); AutoCloseable all = this::closeClients) {
			open(engine, 2);
			Await.until("both are in", () -> engine.engine().subscribers("room") == 2);
			clients.get(0).sendText("hello");
			assertEquals("hello", clients.get(1).readText());
			clients.get(0).send(Frame.close(1000, ""));
			assertEquals("left", clients.get(1).readText());
		}
	}

	@Test
	void aPublicationComesBehindTheLastPartOfAMessageInParts() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); AutoCloseable all = this::closeClients) {
			open(engine, 1);
			WebSocketSession session = sessions.get(0);
			session.subscribe("t");
			session.sendMessage(new TextMessage("begin ", false));
			engine.engine().publish("t", new TextMessage("between"));
			engine.engine().publish("t", new BinaryMessage(new byte[] { 1 }));
			session.sendMessage(new TextMessage("end", true));
			session.sendMessage(new TextMessage("after"));

			RawClient client = clients.get(0);
			assertEquals(Frame.TEXT, client.read().first());
			assertEquals(Frame.FIN | Frame.CONTINUATION, client.read().first());
			assertEquals("between", client.readText());
			assertEquals(Frame.FIN | Frame.BINARY, client.read().first());
			assertEquals("after", client.readText());
		}
	}

	@Test
	void manyTopicsPerSessionHaveALimit() throws Exception {
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder().maxTopicsPerSession(3));
				AutoCloseable all = this::closeClients) {
			open(engine, 1);
			WebSocketSession session = sessions.get(0);
			for (int i = 0; i < 3; i++) {
				assertTrue(session.subscribe("topic " + i));
			}
			assertFalse(session.subscribe("topic 1"), "one that it has is no further one");
			String text = assertThrows(IllegalStateException.class,
					() -> session.subscribe("topic 3")).getMessage();
			assertTrue(text.contains(session.getId()) && text.contains("maxTopicsPerSession") && text.contains("3"), text);
			assertTrue(session.unsubscribe("topic 0"));
			assertTrue(session.subscribe("topic 3"));
		}
	}
}
