package io.hawser.examples.springchat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** The rooms and what was said last in each of them. */
@Component
class ChatRooms {
	private static final List<String> NAMES = List.of("lobby", "harbour", "engine-room");

	/** Of a room, the last so many messages are kept. */
	private static final int MESSAGES_KEPT = 100;

	private final Map<String, Deque<ChatMessage>> messages = new LinkedHashMap<>();

	ChatRooms() {
		NAMES.forEach(name -> messages.put(name, new ArrayDeque<>()));
	}

	List<String> names() {
		return NAMES;
	}

	/** @throws IllegalArgumentException if there is no such room */
	void add(String room, ChatMessage message) {
		Deque<ChatMessage> said = of(room);
		synchronized (said) {
			said.addLast(message);
			if (said.size() > MESSAGES_KEPT) {
				said.removeFirst();
			}
		}
	}

	/** @throws IllegalArgumentException if there is no such room */
	List<ChatMessage> history(String room) {
		Deque<ChatMessage> said = of(room);
		synchronized (said) {
			return List.copyOf(said);
		}
	}

	private Deque<ChatMessage> of(String room) {
		Deque<ChatMessage> said = messages.get(room);
		if (said == null) {
			throw new IllegalArgumentException("There is no room of this name.");
		}
		return said;
	}
}
