package io.hawser.websocket;

import io.hawser.websocket.internal.TopicName;
import java.util.Objects;

/**
 * How a message is published beyond the plain case. Immutable; each method returns other options.
 *
 * <pre>{@code
 * engine.publish("prices", new TextMessage(quote), PublishOptions.conflate("EURUSD").excluding(session));
 * }</pre>
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public final class PublishOptions {
	private final String conflationKey;
	private final WebSocketSession excludedSession;

	private PublishOptions(String conflationKey, WebSocketSession excludedSession) {
		this.conflationKey = conflationKey;
		this.excludedSession = excludedSession;
	}

	/**
	 * Publish state, of which only the newest counts: where a message of the same topic and key still waits for a
	 * subscriber to read, the new one takes its place at the end of what waits. Who reads fast enough gets all of them, who
	 * does not gets the newest of each key. A message of which a part is written goes on.
	 *
	 * @param key tells the states of a topic apart; 1 to 255 bytes of UTF-8
	 * @return the options
	 * @throws IllegalArgumentException if the key has another length, or half of a surrogate pair
	 * @since 0.1
	 */
	public static PublishOptions conflate(String key) {
		TopicName.encode("key", key);
		return new PublishOptions(key, null);
	}

	/**
	 * Leave one session out, be it subscribed or not: usually the one that the message came from.
	 *
	 * @param session a session of the engine that publishes, decorated or not, open or closed
	 * @return a copy of these options that leaves out this session and no other
	 * @since 0.1
	 */
	public PublishOptions excluding(WebSocketSession session) {
		return new PublishOptions(conflationKey, Objects.requireNonNull(session, "session"));
	}

	/**
	 * Return the key given to {@link #conflate}.
	 * @return the key
	 * @since 0.1
	 */
	public String getConflationKey() {
		return conflationKey;
	}

	/**
	 * Return the session that is left out.
	 * @return the session, or {@code null} if there is none
	 * @since 0.1
	 */
	public WebSocketSession getExcludedSession() {
		return excludedSession;
	}

	@Override
	public String toString() {
		return "PublishOptions[conflationKey=" + conflationKey + ", excludedSession=" + excludedSession + "]";
	}
}
