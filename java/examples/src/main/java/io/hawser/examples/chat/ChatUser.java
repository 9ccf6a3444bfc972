package io.hawser.examples.chat;

import java.io.IOException;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;

/**
 * A person and the connection over which the page can be reached now, if any. Knows nothing of rooms.
 * <p>Outlives its connections: a page that comes back with the same key is the same person.
 */
final class ChatUser {

	/** Told to a page whose place was taken by another window with the same key; it must not come back by itself. */
	static final CloseStatus OPENED_ELSEWHERE = new CloseStatus(4001, "Opened in another window");

	private final String name;
	private final String key;
	/** The last connection, also after its end: what a person has left behind is still told in its name. */
	private volatile WebSocketSession session;
	private volatile boolean online;

	ChatUser(String name, String key) {
		this.name = name;
		this.key = key;
	}

	String name() {
		return name;
	}

	boolean hasKey(String other) {
		return key.equals(other);
	}

	boolean isOnline() {
		return online;
	}

	/** Makes a connection the person's own; one from before, perhaps long dead, is closed. */
	void attach(WebSocketSession newSession) {
		WebSocketSession old = session;
		session = newSession;
		online = true;
		if (old != null) {
			try {
				old.close(OPENED_ELSEWHERE);
			} catch (IOException alreadyGone) {
				// then there is nothing left to close
			}
		}
	}

	/** Says whether the person is offline now: not so when another connection has taken over before. */
	boolean detach(WebSocketSession closed) {
		if (session != closed) {
			return false;
		}
		online = false;
		return true;
	}

	/** Lets the page get what is published to a topic. Ends with {@link #unsubscribe}, or with the connection. */
	void subscribe(String topic) {
		try {
			session.subscribe(topic);
		} catch (IllegalStateException closing) {
			// afterConnectionClosed of this session follows, and tidies up
		}
	}

	void unsubscribe(String topic) {
		session.unsubscribe(topic);
	}

	/** Publishes to all subscribers but this page. Never waits. */
	void publish(String topic, TextMessage message) {
		session.publish(topic, message);
	}

	/** Queues a message for the page. Never waits, and does nothing while the person is offline. */
	void send(TextMessage message) {
		if (!online) {
			return;
		}
		try {
			session.sendMessage(message);
		} catch (IOException closing) {
			// afterConnectionClosed of this session follows, and tidies up
		}
	}

}
