package io.hawser.spring;

import io.hawser.websocket.PublishOptions;
import io.hawser.websocket.WebSocketEngine;
import java.util.function.ToIntFunction;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.WebSocketSessionDecorator;

/**
 * Sends one message to many sessions: it is encoded once, and compressed once for each set of settings. A bean of the
 * application; where Hawser does not serve ({@code hawser.enabled=false}, no native library), it sends to each session by
 * itself.
 *
 * <p><b>Threads:</b> all methods may be called from any thread. Publishing never waits for a peer; a session that does not read
 * is treated as {@code hawser.send.overflow-strategy} says. What one thread sends and publishes keeps its order.
 * <p>A session that ends has left all its topics.
 *
 * @since 0.1
 */
public class HawserTopics {
	private final HawserEngine engine;
	private final OtherSubscribers others = new OtherSubscribers();

	HawserTopics(HawserEngine engine) {
		this.engine = engine;
	}

	/**
	 * Subscribe a session to a topic.
	 *
	 * @param session the session, decorated or not; raw WebSockets only: a SockJS or STOMP session has frames of its own. Where
	 * Hawser does not serve, a session that is also sent to in other ways must be subscribed with its
	 * {@link org.springframework.web.socket.handler.ConcurrentWebSocketSessionDecorator}
	 * @param topic the topic, 1 to 255 bytes of UTF-8
	 * @return whether it was not yet subscribed
	 * @throws IllegalArgumentException if the topic has another length
	 * @throws IllegalStateException if the session has subscribed to too many topics
	 * @since 0.1
	 */
	public boolean subscribe(WebSocketSession session, String topic) {
		HawserSession ours = unwrap(session);
		return ours != null ? ours.engineSession().subscribe(topic) : others.subscribe(session, topic);
	}

	/**
	 * Unsubscribe a session from a topic.
	 *
	 * @param session the session, decorated or not
	 * @param topic the topic
	 * @return whether it was subscribed
	 * @throws IllegalArgumentException if the topic has another length
	 * @since 0.1
	 */
	public boolean unsubscribe(WebSocketSession session, String topic) {
		HawserSession ours = unwrap(session);
		return ours != null ? ours.engineSession().unsubscribe(topic) : others.unsubscribe(session, topic);
	}

	/**
	 * Publish a message to all subscribers of a topic.
	 *
	 * @param topic the topic
	 * @param message a whole text or binary message
	 * @return how many subscribers it was published to; 0 is no error
	 * @throws IllegalArgumentException if the topic has another length, or the message is of another type or a part
	 * @since 0.1
	 */
	public int publish(String topic, WebSocketMessage<?> message) {
		io.hawser.websocket.WebSocketMessage<?> ours = Messages.toEngine(message);
		return ask((running) -> running.publish(topic, ours)) + others.publish(topic, message, null);
	}

	/**
	 * Publish a message to all subscribers of a topic but one session.
	 *
	 * @param topic the topic
	 * @param message a whole text or binary message
	 * @param excluded the session that does not get it, subscribed or not
	 * @return how many subscribers it was published to
	 * @throws IllegalArgumentException as {@link #publish(String, WebSocketMessage)}
	 * @since 0.1
	 */
	public int publish(String topic, WebSocketMessage<?> message, WebSocketSession excluded) {
		HawserSession ours = unwrap(excluded);
		io.hawser.websocket.WebSocketMessage<?> converted = Messages.toEngine(message);
		if (ours == null) {
			return ask((running) -> running.publish(topic, converted)) + others.publish(topic, message, excluded);
		}
		return ask((running) -> running.publish(topic, converted, ours.engineSession())) + others.publish(topic, message, null);
	}

	/**
	 * Publish a message of which each subscriber that has not yet been sent the last one of the same key needs only the newest.
	 *
	 * @param topic the topic
	 * @param message a whole text or binary message
	 * @param key what it is the newest of, such as a name of a price
	 * @return how many subscribers it was published to
	 * @throws IllegalArgumentException as {@link #publish(String, WebSocketMessage)}
	 * @since 0.1
	 */
	public int publishLatest(String topic, WebSocketMessage<?> message, String key) {
		io.hawser.websocket.WebSocketMessage<?> ours = Messages.toEngine(message);
		return ask((running) -> running.publish(topic, ours, PublishOptions.conflate(key))) + others.publish(topic, message, null);
	}

	/**
	 * Return how many sessions have subscribed to a topic.
	 *
	 * @param topic the topic
	 * @return the number at this moment
	 * @throws IllegalArgumentException if the topic has another length
	 * @since 0.1
	 */
	public int subscribers(String topic) {
		return ask((running) -> running.subscribers(topic)) + others.subscribers(topic);
	}

	/** At the end of the application there is nobody left to publish to. */
	private int ask(ToIntFunction<WebSocketEngine> question) {
		try {
			return engine.get().map(question::applyAsInt).orElse(0);
		} catch (IllegalStateException ended) {
			return 0;
		}
	}

	private static HawserSession unwrap(WebSocketSession session) {
		return WebSocketSessionDecorator.unwrap(session) instanceof HawserSession ours ? ours : null;
	}
}
