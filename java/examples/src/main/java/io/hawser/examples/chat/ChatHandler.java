package io.hawser.examples.chat;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.TextWebSocketHandler;
import io.hawser.websocket.WebSocketSession;

/**
 * The server of the chat. Start reading here: {@link #handleTextMessage} takes what a page sends, one JSON object
 * per message, and {@link #handle} lists all that a page can ask for. Knows nothing of HTML, sockets and frames;
 * the people and the rooms are in {@link ChatDirectory}, what is said in a room is in {@link Conversation}.
 * <p><b>Threads:</b> the engine calls one session's callbacks one after the other, but different sessions in
 * parallel. What belongs to one session needs no lock therefore; what they share is guarded where it lives.
 */
public final class ChatHandler extends TextWebSocketHandler {

	/** Longest text of a message, in UTF-16 units as JavaScript counts them; equal is accepted. */
	static final int MAX_TEXT_CHARS = 2_000;

	/** Messages of one page that are served in {@value RateLimit#PERIOD_MS} ms; each more is answered with an error. */
	static final int MAX_RATE = 20;

	/** Messages of one page in {@value RateLimit#PERIOD_MS} ms that are still answered; one more, and it is closed with 1008. */
	static final int MAX_FLOOD = 200;

	/** Longest JSON taken from a page: {@link #MAX_TEXT_CHARS}, all of them escaped, and some more. One byte over: 1009. */
	private static final int MAX_REQUEST_BYTES = 16 * 1024;

	private static final String RATE_LIMIT = "chat.rateLimit";
	private static final String USER = "chat.user";

	private final Clock clock;
	private final ChatDirectory directory = new ChatDirectory();

	public ChatHandler() {
		this(Clock.systemUTC());
	}

	ChatHandler(Clock clock) {
		this.clock = clock;
	}

	/** A page has connected. It is nobody until it has said hello. */
	@Override
	public void afterConnectionEstablished(WebSocketSession session) {
		session.setTextMessageSizeLimit(MAX_REQUEST_BYTES);
		session.getAttributes().put(RATE_LIMIT, new RateLimit(clock));
	}

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
		int rate = ((RateLimit) session.getAttributes().get(RATE_LIMIT)).count();
		if (rate > MAX_FLOOD) {
			session.close(CloseStatus.POLICY_VIOLATION.withReason("Too many messages"));
			return;
		}
		Map<String, Object> request = Map.of();
		try {
			request = read(message.getPayload());
			if (rate > MAX_RATE) {
				throw new Refusal("slow-down", "That was very fast. Please wait a moment.");
			}
			handle(session, request);
		} catch (Refusal refusal) {
			refuse(session, refusal, request);
		}
	}

	/** The page is gone, whatever the reason. */
	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		if (session.getAttributes().get(USER) instanceof ChatUser user) {
			directory.leave(user, session);
		}
	}

	private void handle(WebSocketSession session, Map<String, Object> request) throws Refusal {
		String type = field(request, "type");
		switch (type) {
			case "hello" -> hello(session, request);
			case "join" -> directory.joinRoom(user(session), ChatNames.room(field(request, "room")));
			case "leave" -> directory.leaveRoom(user(session), ChatNames.room(field(request, "room")));
			case "send" -> say(user(session), request);
			case "typing" -> directory.conversation(user(session), field(request, "chat")).typing(user(session));
			case "ping" -> send(session, Json.object("type", "pong"));
			default -> throw new Refusal("bad-request", "This server does not know such a message.");
		}
	}

	/** A page says who it is, and which rooms it was in before its connection was lost. */
	private void hello(WebSocketSession session, Map<String, Object> request) throws Refusal {
		if (session.getAttributes().containsKey(USER)) {
			throw new Refusal("bad-request", "“hello” was said before.");
		}
		String name = ChatNames.person(field(request, "name"));
		String key = field(request, "key");
		if (key.length() < 16 || key.length() > 64) {
			throw new Refusal("bad-request", "“key” must have 16 to 64 characters.");
		}
		session.getAttributes().put(USER, directory.enter(name, key, session));
		for (Object room : request.get("rooms") instanceof List<?> rooms ? rooms : List.of()) {
			try {
				directory.joinRoom(user(session), ChatNames.room((String) room));
			} catch (Refusal refusal) {
				refuse(session, refusal, Json.object("type", "join"));
			}
		}
	}

	private void say(ChatUser user, Map<String, Object> request) throws Refusal {
		String text = field(request, "text");
		String ref = field(request, "ref");
		if (text.isBlank() || text.length() > MAX_TEXT_CHARS) {
			throw new Refusal("bad-text", "A message has 1 to " + MAX_TEXT_CHARS + " characters.");
		}
		if (ref.isEmpty() || ref.length() > 64) {
			throw new Refusal("bad-request", "“ref” must have 1 to 64 characters.");
		}
		directory.conversation(user, field(request, "chat")).post(user, text, ref, clock.millis());
	}

	private static ChatUser user(WebSocketSession session) throws Refusal {
		if (session.getAttributes().get(USER) instanceof ChatUser user) {
			return user;
		}
		throw new Refusal("bad-request", "The first message must be “hello”.");
	}

	private static Map<String, Object> read(String payload) throws Refusal {
		try {
			return Json.read(payload);
		} catch (IllegalArgumentException malformed) {
			throw new Refusal("bad-request", "A message must be one JSON object of strings and lists of strings.");
		}
	}

	private static String field(Map<String, Object> request, String name) throws Refusal {
		if (request.get(name) instanceof String value) {
			return value;
		}
		throw new Refusal("bad-request", "“" + name + "” is missing or not a string.");
	}

	private static void refuse(WebSocketSession session, Refusal refusal, Map<String, Object> request) {
		send(session, Json.object("type", "error", "code", refusal.code(), "text", refusal.getMessage(),
				"request", request.get("type"), "ref", request.get("ref")));
	}

	private static void send(WebSocketSession session, Map<String, Object> event) {
		try {
			session.sendMessage(new TextMessage(Json.write(event)));
		} catch (IOException closing) {
			// the page is about to go, and afterConnectionClosed follows
		}
	}

}
