package io.hawser.spring;

import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PingMessage;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.adapter.standard.StandardWebSocketSession;

/**
 * Spring's view of a session that Hawser serves. It is a {@link StandardWebSocketSession}, so that casts to it succeed and
 * {@code getNativeSession(jakarta.websocket.Session.class)} answers.
 *
 * <p><b>Threads:</b> all methods may be called from any thread, sending too: a
 * {@link org.springframework.web.socket.handler.ConcurrentWebSocketSessionDecorator} is not needed, and does no harm.
 *
 * @since 0.1
 */
public final class HawserSession extends StandardWebSocketSession {
	private final URI uri;
	private final String protocol;
	private final Principal principal;
	/** The HTTP session that it was opened under by somebody who had logged in; {@code null} for none. */
	private final HttpSession httpSession;
	/** What {@link AuthenticatedSessions} finds it by, who guards it. */
	private String httpSessionId;
	/** Set before the client is answered; volatile, because what comes later comes on another thread. */
	private volatile io.hawser.websocket.WebSocketSession engineSession;

	HawserSession(HandshakeOutcome handshake, URI uri, HttpSession httpSession) {
		super(handshake.headers(), handshake.attributes(), handshake.localAddress(), handshake.remoteAddress(),
				handshake.principal());
		this.uri = uri;
		this.httpSession = httpSession;
		this.protocol = handshake.protocol() == null ? "" : handshake.protocol();
		this.principal = handshake.principal();
	}

	/** Binds the engine's session, before the client is answered and thus before anybody else sees this one. */
	void bind(io.hawser.websocket.WebSocketSession session) {
		this.engineSession = session;
		initializeNativeSession(new JakartaSession(this));
	}

	/**
	 * Return the bytes that were sent but not yet handed to the operating system, frame headers included.
	 * @return 0 or more; 0 after the end
	 * @since 0.1
	 */
	public long getBufferedAmount() {
		return engineSession.getBufferedAmount();
	}

	@Override
	public URI getUri() {
		return uri;
	}

	@Override
	public String getAcceptedProtocol() {
		return protocol;
	}

	@Override
	public List<WebSocketExtension> getExtensions() {
		return engineSession.getExtensions().stream()
				.map((agreed) -> new WebSocketExtension(agreed.getName(), agreed.getParameters())).toList();
	}

	@Override
	public Principal getPrincipal() {
		return principal;
	}

	@Override
	public void setTextMessageSizeLimit(int messageSizeLimit) {
		engineSession.setTextMessageSizeLimit(MessageLimits.bytes(messageSizeLimit));
	}

	@Override
	public int getTextMessageSizeLimit() {
		return engineSession.getTextMessageSizeLimit();
	}

	@Override
	public void setBinaryMessageSizeLimit(int messageSizeLimit) {
		engineSession.setBinaryMessageSizeLimit(MessageLimits.bytes(messageSizeLimit));
	}

	@Override
	public int getBinaryMessageSizeLimit() {
		return engineSession.getBinaryMessageSizeLimit();
	}

	@Override
	public boolean isOpen() {
		io.hawser.websocket.WebSocketSession session = engineSession;
		return session != null && session.isOpen();
	}

	@Override
	protected void sendTextMessage(TextMessage message) throws IOException {
		engineSession.sendMessage(Messages.toEngine(message));
	}

	@Override
	protected void sendBinaryMessage(BinaryMessage message) throws IOException {
		engineSession.sendMessage(Messages.toEngine(message));
	}

	@Override
	protected void sendPingMessage(PingMessage message) throws IOException {
		engineSession.sendMessage(new io.hawser.websocket.PingMessage(message.getPayload()));
	}

	@Override
	protected void sendPongMessage(PongMessage message) throws IOException {
		engineSession.sendMessage(new io.hawser.websocket.PongMessage(message.getPayload()));
	}

	@Override
	protected void closeInternal(CloseStatus status) throws IOException {
		engineSession.close(new io.hawser.websocket.CloseStatus(status.getCode(), status.getReason()));
	}

	@Override
	public String toString() {
		return "HawserSession[id=" + getId() + ", uri=" + uri + "]";
	}

	/** Returns the authenticated HTTP session that it was opened under, or {@code null}. */
	HttpSession httpSession() {
		return httpSession;
	}

	String httpSessionId() {
		return httpSessionId;
	}

	void httpSessionId(String id) {
		this.httpSessionId = id;
	}

	/** Returns the engine's session; {@code null} before the handshake was accepted. */
	io.hawser.websocket.WebSocketSession engineSession() {
		return engineSession;
	}
}
