package io.hawser.examples.chat;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.hawser.websocket.WebSocketMessage;

/**
 * The topics of fake sessions, as an engine has them: a session that was closed gets nothing any more.
 */
final class FakeTopics {

	private final Map<String, Set<FakeSession>> subscribers = new ConcurrentHashMap<>();

	synchronized boolean subscribe(String topic, FakeSession session) {
		return subscribers.computeIfAbsent(topic, name -> new LinkedHashSet<>()).add(session);
	}

	synchronized boolean unsubscribe(String topic, FakeSession session) {
		return subscribers.getOrDefault(topic, Set.of()).contains(session) && subscribers.get(topic).remove(session);
	}

	synchronized int publish(String topic, WebSocketMessage<?> message, FakeSession except) {
		Set<FakeSession> all = subscribers.getOrDefault(topic, new LinkedHashSet<>());
		all.removeIf(session -> !session.isOpen());
		int published = 0;
		for (FakeSession session : all) {
			if (session != except) {
				send(session, message);
				published++;
			}
		}
		return published;
	}

	private static void send(FakeSession session, WebSocketMessage<?> message) {
		try {
			session.sendMessage(message);
		} catch (IOException closedMeanwhile) {
			// then it gets nothing, as from an engine
		}
	}

}
