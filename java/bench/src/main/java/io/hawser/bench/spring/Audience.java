package io.hawser.bench.spring;

import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/** Those who subscribed, and the way by which a publication comes to them. */
public interface Audience {
	/** Takes a session in. */
	void add(WebSocketSession session);

	/** Takes it out, after its end. */
	void remove(WebSocketSession session);

	/** Sends to all of them. One publisher at a time. */
	void publish(TextMessage publication);
}
