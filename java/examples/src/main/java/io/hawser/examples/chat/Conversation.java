package io.hawser.examples.chat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import io.hawser.websocket.TextMessage;

/**
 * A room, or what two people say to each other: members, and the last messages. Knows nothing of other conversations.
 * <p><b>Threads:</b> safe from any. All members get the messages in one order, as posting and sending are one
 * step under this object's lock; that costs little, because sending only queues. What is said in a room is published to a
 * topic, so it is encoded once however many read it; of two people each sees another name, so each is sent a message.
 */
final class Conversation {

	/** Messages kept for those who come later; older ones are forgotten. */
	static final int HISTORY_MESSAGES = 50;

	/** What members of a room have subscribed to; {@code null} between two people. */
	private final String topic;
	/** The name of this conversation as one of its readers sees it: {@code #room}, or {@code @other} person. */
	private final Function<ChatUser, String> nameFor;
	/** Shared by all conversations, so a number never comes again when a room is removed and made anew. */
	private final AtomicLong lastNumber;
	private final Set<ChatUser> members = new LinkedHashSet<>();
	private final Deque<ChatMessage> history = new ArrayDeque<>();

	private Conversation(String topic, Function<ChatUser, String> nameFor, AtomicLong lastNumber) {
		this.topic = topic;
		this.nameFor = nameFor;
		this.lastNumber = lastNumber;
	}

	static Conversation room(String name, AtomicLong lastNumber) {
		return new Conversation("room/" + name, reader -> "#" + name, lastNumber);
	}

	static Conversation between(ChatUser one, ChatUser other, AtomicLong lastNumber) {
		Conversation conversation = new Conversation(null, reader -> "@" + (reader == one ? other : one).name(), lastNumber);
		conversation.members.add(one);
		conversation.members.add(other);
		return conversation;
	}

	/** Makes a person a member, or says that they are back: they get the history, then everything new. */
	synchronized void join(ChatUser user) {
		members.add(user);
		if (topic != null) {
			user.subscribe(topic);
		}
		user.send(new TextMessage(Json.write(Json.object("type", "history", "chat", nameFor.apply(user),
				"messages", history.stream().map(ChatMessage::toJson).toList(), "full", history.size() == HISTORY_MESSAGES))));
	}

	/** Says whether the person was a member. */
	synchronized boolean leave(ChatUser user) {
		boolean wasMember = members.remove(user);
		if (wasMember && topic != null) {
			user.unsubscribe(topic);
		}
		return wasMember;
	}

	synchronized int size() {
		return members.size();
	}

	synchronized boolean isEmpty() {
		return members.isEmpty();
	}

	/**
	 * Adds a message and sends it to all members, to its author too, who learns by it that it has arrived. One that
	 * is here already (sent again because a connection was lost) goes to its author only.
	 */
	synchronized void post(ChatUser from, String text, String ref, long timeMs) throws Refusal {
		requireMember(from);
		for (ChatMessage known : history) {
			if (known.ref().equals(ref) && known.from().equals(from.name())) {
				from.send(event("message", from, known.toJson()));
				return;
			}
		}
		ChatMessage message = new ChatMessage(lastNumber.incrementAndGet(), from.name(), text, timeMs, ref);
		history.add(message);
		if (history.size() > HISTORY_MESSAGES) {
			history.remove();
		}
		tellOthers(from, "message", message.toJson());
		from.send(event("message", from, message.toJson()));
	}

	/** Tells the others that a person is writing. */
	synchronized void typing(ChatUser from) throws Refusal {
		requireMember(from);
		tellOthers(from, "typing", Json.object("from", from.name()));
	}

	private void requireMember(ChatUser user) throws Refusal {
		if (!members.contains(user)) {
			throw new Refusal("not-a-member", "You are not in this room. Join it first.");
		}
	}

	private void tellOthers(ChatUser from, String type, Map<String, Object> content) {
		if (topic != null) {
			from.publish(topic, event(type, from, content));
			return;
		}
		members.stream().filter(member -> member != from).forEach(member -> member.send(event(type, member, content)));
	}

	private TextMessage event(String type, ChatUser reader, Map<String, Object> content) {
		Map<String, Object> event = Json.object("type", type, "chat", nameFor.apply(reader));
		event.putAll(content);
		return new TextMessage(Json.write(event));
	}

}
