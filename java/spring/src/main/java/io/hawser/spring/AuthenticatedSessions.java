package io.hawser.spring;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.web.socket.CloseStatus;

/**
 * Closes what was opened under an authenticated HTTP session when that session ends (Jakarta WebSocket, section 7.2), as
 * the container would. Thread-safe.
 */
final class AuthenticatedSessions implements HttpSessionListener, HttpSessionIdListener {
	private static final Log logger = LogFactory.getLog(AuthenticatedSessions.class);
	private static final CloseStatus ENDED = CloseStatus.POLICY_VIOLATION
			.withReason("This connection was established under an authenticated HTTP session that has ended.");

	/** By the HTTP session's id. Guarded by {@code this}. */
	private final Map<String, Set<HawserSession>> sessions = new HashMap<>();

	/** Remembers a session that has been established; nothing if nobody had logged in. */
	void add(HawserSession session) {
		HttpSession http = session.httpSession();
		if (http == null) {
			return;
		}
		synchronized (this) {
			put(http.getId(), session);
		}
		// What ended between the handshake and now has found nothing to close.
		if (isOver(http)) {
			close(session);
		}
	}

	/** Forgets a session that has ended. */
	synchronized void remove(HawserSession session) {
		Set<HawserSession> open = sessions.get(session.httpSessionId());
		if (open != null && open.remove(session) && open.isEmpty()) {
			sessions.remove(session.httpSessionId());
		}
	}

	/** Whoever logs in gets another id; what he has opened before stays his. */
	@Override
	public synchronized void sessionIdChanged(HttpSessionEvent event, String oldId) {
		Set<HawserSession> open = sessions.remove(oldId);
		if (open != null) {
			open.forEach((session) -> put(event.getSession().getId(), session));
		}
	}

	@Override
	public void sessionDestroyed(HttpSessionEvent event) {
		Set<HawserSession> open;
		synchronized (this) {
			open = sessions.remove(event.getSession().getId());
		}
		if (open != null) {
			open.forEach(AuthenticatedSessions::close);
		}
	}

	private void put(String id, HawserSession session) {
		session.httpSessionId(id);
		sessions.computeIfAbsent(id, (unused) -> new HashSet<>()).add(session);
	}

	private static boolean isOver(HttpSession http) {
		try {
			http.getCreationTime();
			return false;
		} catch (IllegalStateException invalidated) {
			return true;
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
