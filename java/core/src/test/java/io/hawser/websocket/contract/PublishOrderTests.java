package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** In which order publications come: that of each publisher, its own sends included. */
class PublishOrderTests {
	private static final int PUBLISHERS = 4;
	private static final int SUBSCRIBERS = 6;
	private static final int MESSAGES = 500;

	private final RecordingHandler handler = new RecordingHandler();

	/** Reads messages like {@code 2:17} and checks that those of each sender come from 0 on without a gap. */
	private static void assertInOrder(RawClient client, int messages) throws Exception {
		Map<String, Integer> next = new HashMap<>();
		for (int i = 0; i < messages; i++) {
			String text = client.readText();
			String sender = text.substring(0, text.indexOf(':'));
			int expected = next.merge(sender, 1, Integer::sum) - 1;
			assertEquals(sender + ":" + expected, text);
		}
	}

	private static CompletableFuture<Void> inBackground(Task task) {
		CompletableFuture<Void> end = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				task.run();
				end.complete(null);
			} catch (Throwable failure) {
				end.completeExceptionally(failure);
			}
		});
		thread.setDaemon(true);
		thread.start();
		return end;
	}

	private interface Task {
		void run() throws Exception;
	}

	private static void closeAll(List<RawClient> clients) throws IOException {
		for (RawClient client : clients) {
			client.close();
		}
	}

	@Test
	void eachSubscriberSeesEachPublishersMessagesInTheirOrder() throws Exception {
		List<RawClient> clients = new ArrayList<>();
		try (TestEngine engine = TestEngine.start(handler); AutoCloseable all = () -> closeAll(clients)) {
			for (int i = 0; i < SUBSCRIBERS; i++) {
				clients.add(RawClient.connect(engine));
				handler.awaitSession().subscribe("t");
			}
			List<CompletableFuture<Void>> publishers = new ArrayList<>();
			for (int p = 0; p < PUBLISHERS; p++) {
				int publisher = p;
				publishers.add(inBackground(() -> {
					for (int i = 0; i < MESSAGES; i++) {
						assertEquals(SUBSCRIBERS, engine.engine().publish("t", new TextMessage(publisher + ":" + i)));
					}
				}));
			}
			List<CompletableFuture<Void>> readers = new ArrayList<>();
			for (RawClient client : clients) {
				readers.add(inBackground(() -> assertInOrder(client, PUBLISHERS * MESSAGES)));
			}
			for (CompletableFuture<Void> publisher : publishers) {
				Await.result(publisher);
			}
			for (CompletableFuture<Void> reader : readers) {
				Await.result(reader);
			}
			Await.until("all are counted", () -> engine.counters().publicationsDelivered()
					== (long) PUBLISHERS * MESSAGES * SUBSCRIBERS);
			assertEquals(PUBLISHERS * MESSAGES, engine.counters().messagesPublished());
		}
	}

	@Test
	void aThreadsSendsAndPublicationsKeepItsOrder() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			session.subscribe("t");
			List<CompletableFuture<Void>> senders = new ArrayList<>();
			for (int s = 0; s < PUBLISHERS; s++) {
				int sender = s;
				senders.add(inBackground(() -> {
					for (int i = 0; i < MESSAGES; i++) {
						TextMessage message = new TextMessage(sender + ":" + i);
						if ((i + sender) % 3 == 0) {
							assertEquals(1, engine.engine().publish("t", message));
						} else {
							session.sendMessage(message);
						}
					}
				}));
			}
			assertInOrder(client, PUBLISHERS * MESSAGES);
			for (CompletableFuture<Void> sender : senders) {
				Await.result(sender);
			}
		}
	}

	@Test
	void whatIsPublishedAfterSubscribeComesAndAfterUnsubscribeDoesNot() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			for (int i = 0; i < MESSAGES; i++) {
				assertTrue(session.subscribe("t"));
				assertEquals(1, engine.engine().publish("t", new TextMessage("in:" + i)));
				assertTrue(session.unsubscribe("t"));
				assertEquals(0, engine.engine().publish("t", new TextMessage("out:" + i)));
			}
			assertInOrder(client, MESSAGES);
			session.sendMessage(new TextMessage("end"));
			assertEquals("end", client.readText());
		}
	}
}
