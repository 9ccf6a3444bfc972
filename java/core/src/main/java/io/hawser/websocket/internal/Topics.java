package io.hawser.websocket.internal;

import io.hawser.websocket.PublishOptions;
import io.hawser.websocket.WebSocketMessage;
import io.hawser.websocket.WebSocketSession;
import io.hawser.websocket.WebSocketSessionDecorator;
import java.util.Objects;

/** The topics of one engine: checks what is asked and asks the native side, which has them. Holds nothing but ids. */
public final class Topics {
	private static final long NOBODY = 0;

	private static final int SUBSCRIBED = 1;
	private static final int CLOSED = -1;
	private static final int TOO_MANY = -2;

	private final EngineRuntime engine;

	Topics(EngineRuntime engine) {
		this.engine = engine;
	}

	/** Publishes to all subscribers; returns how many there were. */
	public int publish(String topic, WebSocketMessage<?> message) {
		return publish(TopicName.encode("topic", topic), message, NOBODY, null);
	}

	/** Publishes to all subscribers but one; returns how many there were. */
	public int publish(String topic, WebSocketMessage<?> message, WebSocketSession excludingSession) {
		byte[] name = TopicName.encode("topic", topic);
		return publish(name, message, ownId("excludingSession", excludingSession), null);
	}

	/** Publishes with options; returns how many subscribers there were. */
	public int publish(String topic, WebSocketMessage<?> message, PublishOptions options) {
		byte[] name = TopicName.encode("topic", topic);
		Objects.requireNonNull(options, "options");
		WebSocketSession excluded = options.getExcludedSession();
		byte[] key = TopicName.encode("key", options.getConflationKey());
		return publish(name, message, excluded == null ? NOBODY : ownId("excludingSession", excluded), key);
	}

	/** Returns how many sessions have subscribed. */
	public int subscribers(String topic) {
		return NativeEngine.subscribers(engine.id(), TopicName.encode("topic", topic));
	}

	boolean subscribe(OutboundSession session, String topic) {
		int answer = NativeEngine.subscribe(engine.id(), session.id, TopicName.encode("topic", topic));
		if (answer == CLOSED) {
			throw new IllegalStateException("session " + session.getId() + " is not open and was not subscribed; its peer may "
					+ "have left");
		}
		if (answer == TOO_MANY) {
			throw new IllegalStateException("session " + session.getId() + " has "
					+ engine.settings().outbound().maxTopicsPerSession() + " topics, which is maxTopicsPerSession; unsubscribe it "
					+ "from some, or raise that setting");
		}
		return answer == SUBSCRIBED;
	}

	boolean unsubscribe(long session, String topic) {
		return NativeEngine.unsubscribe(engine.id(), session, TopicName.encode("topic", topic)) == SUBSCRIBED;
	}

	boolean isSubscribed(long session, String topic) {
		return NativeEngine.isSubscribed(engine.id(), session, TopicName.encode("topic", topic)) == SUBSCRIBED;
	}

	/** Publishes to all but {@code session}, which is one of this engine. */
	int publishFrom(long session, String topic, WebSocketMessage<?> message) {
		return publish(TopicName.encode("topic", topic), message, session, null);
	}

	private int publish(byte[] topic, WebSocketMessage<?> message, long excluded, byte[] key) {
		return OutboundMessage.publish(message, (kind, payload, offset, length) ->
				NativeEngine.publish(engine.id(), topic, kind, payload, offset, length, excluded, key));
	}

	private long ownId(String parameter, WebSocketSession session) {
		Objects.requireNonNull(session, parameter);
		if (WebSocketSessionDecorator.unwrap(session) instanceof OutboundSession own && own.isOf(engine)) {
			return own.id;
		}
		throw new IllegalArgumentException(parameter + " " + LogText.printable(session.getId()) + " is no session of this engine");
	}
}
