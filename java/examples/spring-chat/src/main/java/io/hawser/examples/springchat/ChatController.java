package io.hawser.examples.springchat;

import java.security.Principal;
import java.util.List;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.simp.SimpMessagingTemplate;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.messaging.simp.annotation.SubscribeMapping;
import org.springframework.stereotype.Controller;

/** What a page may send and ask for under {@code /app}. */
@Controller
class ChatController {
	private static final int MAX_TEXT_CHARS = 2_000;

	private final ChatRooms rooms;
	private final People people;
	private final SimpMessagingTemplate messages;

	ChatController(ChatRooms rooms, People people, SimpMessagingTemplate messages) {
		this.rooms = rooms;
		this.people = people;
		this.messages = messages;
	}

	@SubscribeMapping("/rooms")
	List<String> rooms() {
		return rooms.names();
	}

	@SubscribeMapping("/people")
	List<String> people() {
		return people.online();
	}

	@SubscribeMapping("/rooms/{room}")
	List<ChatMessage> history(@DestinationVariable("room") String room) {
		return rooms.history(room);
	}

	@MessageMapping("/rooms/{room}")
	void say(@DestinationVariable("room") String room, @Payload String text, Principal user) {
		ChatMessage message = new ChatMessage("#" + room, user.getName(), checked(text), System.currentTimeMillis());
		rooms.add(room, message);
		messages.convertAndSend("/topic/rooms." + room, message);
	}

	@MessageMapping("/rooms/{room}/typing")
	void typing(@DestinationVariable("room") String room, Principal user) {
		rooms.history(room);
		messages.convertAndSend("/topic/typing." + room, new Typing(user.getName()));
	}

	/** Both see it, each in his conversation with the other. */
	@MessageMapping("/people/{name}")
	void whisper(@DestinationVariable("name") String name, @Payload String text, Principal user) {
		long now = System.currentTimeMillis();
		String from = user.getName();
		messages.convertAndSendToUser(name, "/queue/private", new ChatMessage("@" + from, from, checked(text), now));
		messages.convertAndSendToUser(from, "/queue/private", new ChatMessage("@" + name, from, text, now));
	}

	@MessageExceptionHandler
	@SendToUser(destinations = "/queue/errors", broadcast = false)
	String refused(IllegalArgumentException e) {
		return e.getMessage();
	}

	/** Somebody writes. */
	record Typing(String from) {
	}

	private static String checked(String text) {
		if (text.isBlank() || text.length() > MAX_TEXT_CHARS) {
			throw new IllegalArgumentException("A message has 1 to " + MAX_TEXT_CHARS + " characters.");
		}
		return text;
	}
}
