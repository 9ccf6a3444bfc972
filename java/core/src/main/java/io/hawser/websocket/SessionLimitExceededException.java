package io.hawser.websocket;

import java.util.Objects;

/**
 * Thrown when a session went over one of its limits. The engine itself closes such sessions and throws an
 * {@link java.io.IOException}; this class is for code that throws or catches it.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.handler.SessionLimitExceededException}.
 *
 * @since 0.1
 */
public class SessionLimitExceededException extends RuntimeException {
	private static final long serialVersionUID = 1L;

	/** How the session is to be closed. */
	private final CloseStatus status;

	/**
	 * Create an exception.
	 *
	 * @param message which limit, and by how much
	 * @param status how the session shall be closed; {@code null} is {@link CloseStatus#NO_STATUS_CODE}, as in Spring
	 * @since 0.1
	 */
	public SessionLimitExceededException(String message, CloseStatus status) {
		super(Objects.requireNonNull(message, "message"));
		this.status = status != null ? status : CloseStatus.NO_STATUS_CODE;
	}

	/**
	 * Return how the session shall be closed.
	 * @return the status
	 * @since 0.1
	 */
	public CloseStatus getStatus() {
		return status;
	}
}
