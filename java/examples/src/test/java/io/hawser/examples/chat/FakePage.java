package io.hawser.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.TextMessage;

/**
 * A page of the chat without a browser: asks the handler as the JavaScript does, and shows what it was told.
 */
final class FakePage {

	/** All pages of a handler share its topics. */
	private static final Map<ChatHandler, FakeTopics> TOPICS = Collections.synchronizedMap(new WeakHashMap<>());

	private final ChatHandler handler;
	private final FakeSession session;

	private FakePage(ChatHandler handler) {
		this.handler = handler;
		this.session = new FakeSession(TOPICS.computeIfAbsent(handler, key -> new FakeTopics()));
		handler.afterConnectionEstablished(session);
	}

	static FakePage connect(ChatHandler handler) {
		return new FakePage(handler);
	}

	/** Connects and says hello; all that is answered has been taken. */
	static FakePage enter(ChatHandler handler, String name) {
		FakePage page = connect(handler);
		page.hello(name, keyOf(name));
		page.told();
		return page;
	}

	static String keyOf(String name) {
		return "key-of-" + name + "-0123456789abcdef";
	}

	void hello(String name, String key, String... rooms) {
		ask("type", "hello", "name", name, "key", key, "rooms", List.of(rooms));
	}

	void say(String chat, String text, String ref) {
		ask("type", "send", "chat", chat, "text", text, "ref", ref);
	}

	void join(String room) {
		ask("type", "join", "room", room);
	}

	void ask(Object... namesAndValues) {
		send(Json.write(Json.object(namesAndValues)));
	}

	void send(String payload) {
		try {
			handler.handleMessage(session, new TextMessage(payload));
		} catch (Exception unexpected) {
			throw new AssertionError(unexpected);
		}
	}

	void leave() {
		session.close(CloseStatus.GOING_AWAY);
		handler.afterConnectionClosed(session, CloseStatus.GOING_AWAY);
	}

	/** Returns what the page was told since the last call. */
	List<String> told() {
		return session.takeSent();
	}

	/** Returns what the page was told since the last call, as far as it is of one type. */
	List<String> told(String type) {
		return told().stream().filter(event -> event.startsWith("{\"type\":\"" + type + "\"")).toList();
	}

	/** Checks that the page was told of one refusal since the last call; a request of null is not looked at. */
	void assertRefused(String code, String request) {
		List<String> errors = told("error");
		assertEquals(1, errors.size(), errors.toString());
		assertTrue(errors.get(0).startsWith("{\"type\":\"error\",\"code\":\"" + code + "\",\"text\":\""), errors.get(0));
		assertTrue(request == null || errors.get(0).contains("\"request\":\"" + request + "\""), errors.get(0));
	}

	FakeSession session() {
		return session;
	}

}
