package io.hawser.examples.chat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;

/**
 * Who is here, which rooms there are, and who talks to whom. Knows neither JSON requests nor what is said.
 * Everything is in memory and bounded.
 * <p><b>Threads:</b> safe from any. All methods take this object's lock, so everybody hears of arrivals and rooms in
 * the order in which they happened. A conversation's own lock is taken inside it, never the other way round.
 */
final class ChatDirectory {

	static final String LOBBY = "lobby";

	/** Topic of all who have said hello: who comes and goes, and what becomes of the rooms. */
	private static final String EVERYBODY = "everybody";

	/** People who are remembered, offline ones included; those who left first are forgotten first. */
	static final int MAX_USERS = 1_000;

	/** Rooms at one time, the lobby included; to make a new one, the oldest empty one is removed. */
	static final int MAX_ROOMS = 100;

	/** Private conversations that are remembered; the one unused for longest is forgotten first. */
	static final int MAX_PAIRS = 200;

	/** Tells a page that comes back whether it has reached the same server, or one that has forgotten everything. */
	private final String serverId = UUID.randomUUID().toString();

	private final AtomicLong lastMessageNumber = new AtomicLong();

	/** By folded name; those who come last stand last. */
	private final Map<String, ChatUser> users = new LinkedHashMap<>();
	private final Map<String, Conversation> rooms = new LinkedHashMap<>();
	private final Map<Set<ChatUser>, Conversation> pairs = new LinkedHashMap<>(16, 0.75f, true) {
		private static final long serialVersionUID = 1L;

		@Override
		protected boolean removeEldestEntry(Map.Entry<Set<ChatUser>, Conversation> eldest) {
			return size() > MAX_PAIRS;
		}
	};

	ChatDirectory() {
		rooms.put(LOBBY, Conversation.room(LOBBY, lastMessageNumber));
	}

	/**
	 * Lets a person in, and into the lobby: tells them who and what is here, and the others that they have come.
	 * @param key what only the person's page knows; who has it may take over the name from an older connection
	 */
	synchronized ChatUser enter(String name, String key, WebSocketSession session) throws Refusal {
		ChatUser user = claim(name, key);
		boolean arrives = !user.isOnline();
		rooms.values().forEach(room -> room.leave(user));
		user.attach(session);
		user.subscribe(EVERYBODY);
		user.send(encode(Json.object("type", "welcome", "name", user.name(), "server", serverId,
				"users", users.values().stream().filter(ChatUser::isOnline).map(ChatUser::name).toList(),
				"rooms", rooms.keySet().stream().map(this::roomEvent).toList())));
		if (arrives) {
			tellAll(user, Json.object("type", "user", "name", user.name(), "online", true));
		}
		joinRoom(user, LOBBY);
		pairs.forEach((pair, conversation) -> {
			if (pair.contains(user)) {
				conversation.join(user);
			}
		});
		return user;
	}

	/** A connection has ended, and with it the person's presence, unless a newer connection has taken over. */
	synchronized void leave(ChatUser user, WebSocketSession session) {
		if (user.detach(session)) {
			rooms.keySet().forEach(room -> leaveRoom(user, room));
			tellAll(user, Json.object("type", "user", "name", user.name(), "online", false));
		}
	}

	/** Joins a room, which is made if there is none of this name. */
	synchronized void joinRoom(ChatUser user, String name) throws Refusal {
		if (!user.isOnline()) {
			return;
		}
		if (!rooms.containsKey(name)) {
			makePlaceForRoom(user);
			rooms.put(name, Conversation.room(name, lastMessageNumber));
		}
		rooms.get(name).join(user);
		tellAll(user, roomEvent(name));
	}

	synchronized void leaveRoom(ChatUser user, String name) {
		Conversation room = rooms.get(name);
		if (room != null && room.leave(user)) {
			tellAll(user, roomEvent(name));
		}
	}

	/** Finds {@code #room}, or finds or begins what is said to {@code @person}. */
	synchronized Conversation conversation(ChatUser user, String chat) throws Refusal {
		if (chat.startsWith("@")) {
			String name = ChatNames.person(chat.substring(1));
			ChatUser other = users.get(ChatNames.fold(name));
			if (other == null || !other.isOnline()) {
				throw new Refusal("offline", name + " is not online.");
			}
			if (other == user) {
				throw new Refusal("bad-request", "That is you.");
			}
			return pairs.computeIfAbsent(Set.of(user, other), pair -> Conversation.between(user, other, lastMessageNumber));
		}
		Conversation room = chat.startsWith("#") ? rooms.get(chat.substring(1)) : null;
		if (room == null) {
			throw new Refusal("no-such-room", "There is no such room.");
		}
		return room;
	}

	/** A name is taken while its owner is online, and free for anybody afterwards. */
	private ChatUser claim(String name, String key) throws Refusal {
		String folded = ChatNames.fold(name);
		ChatUser known = users.get(folded);
		if (known != null && known.isOnline() && !known.hasKey(key)) {
			throw new Refusal("name-taken", "“" + known.name() + "” is already here. Please choose another name.");
		}
		if (known == null && users.size() == MAX_USERS) {
			users.remove(users.keySet().stream().filter(other -> !users.get(other).isOnline()).findFirst()
					.orElseThrow(() -> new Refusal("full", "The chat is full at the moment. Please try again later.")));
		}
		ChatUser user = known != null && known.hasKey(key) ? known : new ChatUser(name, key);
		users.remove(folded);
		users.put(folded, user);
		return user;
	}

	private void makePlaceForRoom(ChatUser user) throws Refusal {
		if (rooms.size() == MAX_ROOMS) {
			String empty = rooms.keySet().stream().filter(name -> !name.equals(LOBBY) && rooms.get(name).isEmpty()).findFirst()
					.orElseThrow(() -> new Refusal("too-many-rooms", "There are " + MAX_ROOMS + " rooms already. Please join one of them."));
			rooms.remove(empty);
			tellAll(user, Json.object("type", "room-removed", "name", empty));
		}
	}

	private Map<String, Object> roomEvent(String name) {
		return Json.object("type", "room", "name", name, "members", rooms.get(name).size());
	}

	/** Tells everybody of what {@code user} has done, also that person if still here. */
	private static void tellAll(ChatUser user, Map<String, Object> event) {
		TextMessage message = encode(event);
		user.publish(EVERYBODY, message);
		user.send(message);
	}

	private static TextMessage encode(Map<String, Object> event) {
		return new TextMessage(Json.write(event));
	}

}
