package io.hawser.bench.spring.topics;

import io.hawser.bench.spring.Audience;
import io.hawser.spring.HawserTopics;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/** Publishes once to all by the bean that comes with the starter. Only on the class path of the application that has it. */
@Component
class TopicAudience implements Audience {
	private static final String TOPIC = "bench";

	private final HawserTopics topics;

	TopicAudience(HawserTopics topics) {
		this.topics = topics;
	}

	@Override
	public void add(WebSocketSession session) {
		topics.subscribe(session, TOPIC);
	}

	@Override
	public void remove(WebSocketSession session) {
		// A session that ends has left its topics.
	}

	@Override
	public void publish(TextMessage publication) {
		topics.publish(TOPIC, publication);
	}
}
