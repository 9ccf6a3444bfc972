package io.hawser.websocket;

import io.hawser.websocket.internal.LogText;
import java.io.Serializable;
import java.util.Objects;

/**
 * Why a session ended: a close code and perhaps a reason (RFC 6455 section 7.4). Immutable. Knows which numbers
 * are codes at all, not which of them may go on the wire.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.CloseStatus}.
 *
 * @since 0.1
 */
public final class CloseStatus implements Serializable {
	/** 1000: the purpose of the connection is fulfilled. */
	public static final CloseStatus NORMAL = new CloseStatus(1000);
	/** 1001: an endpoint goes away: a server stops, a browser leaves the page. */
	public static final CloseStatus GOING_AWAY = new CloseStatus(1001);
	/** 1002: the peer broke the protocol. */
	public static final CloseStatus PROTOCOL_ERROR = new CloseStatus(1002);
	/** 1003: a type of data that this endpoint does not take. */
	public static final CloseStatus NOT_ACCEPTABLE = new CloseStatus(1003);
	/** 1005: the close frame had no code. Never on the wire; closing with it sends an empty close frame. */
	public static final CloseStatus NO_STATUS_CODE = new CloseStatus(1005);
	/** 1006: no close frame came. Never on the wire; closing with it cuts the connection. */
	public static final CloseStatus NO_CLOSE_FRAME = new CloseStatus(1006);
	/** 1007: data that does not fit its type, such as malformed UTF-8. */
	public static final CloseStatus BAD_DATA = new CloseStatus(1007);
	/** 1008: a policy of this endpoint was violated. */
	public static final CloseStatus POLICY_VIOLATION = new CloseStatus(1008);
	/** 1009: a message over the size limit. */
	public static final CloseStatus TOO_BIG_TO_PROCESS = new CloseStatus(1009);
	/** 1010: a client misses an extension that it needs. */
	public static final CloseStatus REQUIRED_EXTENSION = new CloseStatus(1010);
	/** 1011: the server met something unexpected. */
	public static final CloseStatus SERVER_ERROR = new CloseStatus(1011);
	/** 1012: the service restarts; reconnect after a random delay. */
	public static final CloseStatus SERVICE_RESTARTED = new CloseStatus(1012);
	/** 1013: the service is overloaded, or the peer reads too slowly. */
	public static final CloseStatus SERVICE_OVERLOAD = new CloseStatus(1013);
	/** 1015: the TLS handshake failed. Never on the wire; closing with it cuts the connection. */
	public static final CloseStatus TLS_HANDSHAKE_FAILURE = new CloseStatus(1015);
	/** 4500: a session that has become unreliable, for use inside a server. */
	public static final CloseStatus SESSION_NOT_RELIABLE =
			new CloseStatus(4500, "Failed to send message within the configured send limit");

	private static final long serialVersionUID = 1L;

	/** Close code; invariant: 1000 to 4999. */
	private final int code;
	/** Text for or from the peer, {@code null} if there is none. */
	private final String reason;

	/**
	 * Create a status without a reason.
	 *
	 * @param code 1000 to 4999
	 * @throws IllegalArgumentException if the code is outside that range
	 * @since 0.1
	 */
	public CloseStatus(int code) {
		this(code, null);
	}

	/**
	 * Create a status.
	 *
	 * @param code 1000 to 4999
	 * @param reason text for the peer, or {@code null}; sending cuts it to 123 bytes of UTF-8 at a code point
	 * @throws IllegalArgumentException if the code is outside that range
	 * @since 0.1
	 */
	public CloseStatus(int code, String reason) {
		if (code < 1000 || code > 4999) {
			throw new IllegalArgumentException("code " + code + " is no close code; use 1000 to 4999");
		}
		this.code = code;
		this.reason = reason;
	}

	/**
	 * Return the close code.
	 * @return 1000 to 4999
	 * @since 0.1
	 */
	public int getCode() {
		return code;
	}

	/**
	 * Return the reason.
	 * @return the text, or {@code null} if there is none
	 * @since 0.1
	 */
	public String getReason() {
		return reason;
	}

	/**
	 * Return this code with another reason.
	 *
	 * @param reason the text
	 * @return a new status
	 * @throws IllegalArgumentException if the reason is blank
	 * @since 0.1
	 */
	public CloseStatus withReason(String reason) {
		Objects.requireNonNull(reason, "reason");
		if (reason.isBlank()) {
			throw new IllegalArgumentException("reason is blank; use new CloseStatus(" + code + ") for none");
		}
		return new CloseStatus(code, reason);
	}

	/**
	 * Return whether another status has the same code, whatever the reasons.
	 *
	 * @param other the other status
	 * @return {@code true} if the codes are equal
	 * @since 0.1
	 */
	public boolean equalsCode(CloseStatus other) {
		return code == Objects.requireNonNull(other, "other").code;
	}

	@Override
	public boolean equals(Object other) {
		return this == other
				|| other instanceof CloseStatus that && code == that.code && Objects.equals(reason, that.reason);
	}

	@Override
	public int hashCode() {
		return Objects.hash(code, reason);
	}

	/**
	 * Return both for logs; control characters of the reason are escaped, because it may come from the peer.
	 * @return the code and the reason
	 */
	@Override
	public String toString() {
		return "CloseStatus[code=" + code + ", reason=" + LogText.printable(reason) + "]";
	}
}
