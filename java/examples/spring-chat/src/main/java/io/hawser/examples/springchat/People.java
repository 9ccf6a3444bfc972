package io.hawser.examples.springchat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.context.event.EventListener;
import org.springframework.messaging.simp.SimpMessagingTemplate;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.messaging.SessionConnectedEvent;
import org.springframework.web.socket.messaging.SessionDisconnectEvent;

/** Who is here, by session, because one person may have several pages open; tells all when somebody comes or goes. */
@Component
class People {
	private final Map<String, String> namesBySession = new TreeMap<>();
	private final SimpMessagingTemplate messages;

	People(SimpMessagingTemplate messages) {
		this.messages = messages;
	}

	synchronized List<String> online() {
		return namesBySession.values().stream().distinct().sorted().toList();
	}

	@EventListener
	void connected(SessionConnectedEvent event) {
		String session = StompHeaderAccessor.wrap(event.getMessage()).getSessionId();
		synchronized (this) {
			namesBySession.put(session, event.getUser().getName());
		}
		messages.convertAndSend("/topic/people", online());
	}

	@EventListener
	void disconnected(SessionDisconnectEvent event) {
		boolean known;
		synchronized (this) {
			known = namesBySession.remove(event.getSessionId()) != null;
		}
		if (known) {
			messages.convertAndSend("/topic/people", online());
		}
	}
}
