package io.hawser.spring;

import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.web.socket.CloseStatus;

/**
 * Closes what was opened under an authenticated HTTP session when that session ends (Jakarta WebSocket, section 7.2), as
 * the container would. Thread-safe.
 */
final class AuthenticatedSessions implements HttpSessionListener {
	private static final Log logger = LogFactory.getLog(AuthenticatedSessions.class);
	private static final CloseStatus ENDED = CloseStatus.POLICY_VIOLATION
			.withReason("This connection was established under an authenticated HTTP session that has ended.");

	private final Map<String, Set<HawserSession>> sessions = new ConcurrentHashMap<>();

	/** Remembers a session that has been established; nothing if nobody had logged in. */
	void add(HawserSession session) {
		if (session.httpSessionId() != null) {
			sessions.compute(session.httpSessionId(), (id, known) -> {
				Set<HawserSession> open = known != null ? known : ConcurrentHashMap.newKeySet();
				open.add(session);
				return open;
			});
		}
	}

	/** Forgets a session that has ended. */
	void remove(HawserSession session) {
		if (session.httpSessionId() != null) {
			sessions.computeIfPresent(session.httpSessionId(), (id, open) -> {
				open.remove(session);
				return open.isEmpty() ? null : open;
			});
		}
	}

	@Override
	public void sessionDestroyed(HttpSessionEvent event) {
		Set<HawserSession> open = sessions.remove(event.getSession().getId());
		if (open != null) {
			open.forEach(AuthenticatedSessions::close);
		}
	}

	private static void close(HawserSession session) {
		try {
			session.close(ENDED);
		} catch (IOException e) {
			logger.debug("Could not close " + session, e);
		}
	}
}
