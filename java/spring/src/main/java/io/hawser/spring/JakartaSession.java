package io.hawser.spring;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Extension;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import jakarta.websocket.WebSocketContainer;
import java.io.IOException;
import java.net.URI;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.adapter.standard.WebSocketToStandardExtensionAdapter;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * What {@code getNativeSession()} of a {@link HawserSession} returns: getters, limits, sending and closing. Message handlers
 * cannot be added and there is no container, because none serves it.
 */
final class JakartaSession implements Session {
	private final HawserSession session;

	JakartaSession(HawserSession session) {
		this.session = session;
	}

	@Override
	public String getId() {
		return session.getId();
	}

	@Override
	public URI getRequestURI() {
		return session.getUri();
	}

	@Override
	public String getQueryString() {
		return session.getUri().getRawQuery();
	}

	@Override
	public Map<String, List<String>> getRequestParameterMap() {
		MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();
		parameters.addAll(UriComponentsBuilder.fromUri(session.getUri()).build().getQueryParams());
		return parameters;
	}

	@Override
	public Map<String, String> getPathParameters() {
		return Map.of();
	}

	@Override
	public Map<String, Object> getUserProperties() {
		return session.getAttributes();
	}

	@Override
	public Principal getUserPrincipal() {
		return session.getPrincipal();
	}

	@Override
	public String getProtocolVersion() {
		return "13";
	}

	@Override
	public String getNegotiatedSubprotocol() {
		return session.getAcceptedProtocol();
	}

	@Override
	public List<Extension> getNegotiatedExtensions() {
		List<Extension> extensions = new ArrayList<>();
		for (WebSocketExtension extension : session.getExtensions()) {
			extensions.add(new WebSocketToStandardExtensionAdapter(extension));
		}
		return extensions;
	}

	@Override
	public boolean isSecure() {
		return "wss".equals(session.getUri().getScheme());
	}

	@Override
	public boolean isOpen() {
		return session.isOpen();
	}

	/** Returns 0: the engine ends no session for being idle. */
	@Override
	public long getMaxIdleTimeout() {
		return 0;
	}

	@Override
	public void setMaxIdleTimeout(long milliseconds) {
		if (milliseconds > 0) {
			throw new UnsupportedOperationException("Hawser ends no session for being idle; send pings, or close it by a timer");
		}
	}

	@Override
	public void setMaxBinaryMessageBufferSize(int length) {
		session.setBinaryMessageSizeLimit(length);
	}

	@Override
	public int getMaxBinaryMessageBufferSize() {
		return session.getBinaryMessageSizeLimit();
	}

	@Override
	public void setMaxTextMessageBufferSize(int length) {
		session.setTextMessageSizeLimit(length);
	}

	@Override
	public int getMaxTextMessageBufferSize() {
		return session.getTextMessageSizeLimit();
	}

	@Override
	public RemoteEndpoint.Basic getBasicRemote() {
		return new JakartaRemote(session);
	}

	@Override
	public RemoteEndpoint.Async getAsyncRemote() {
		return new JakartaAsyncRemote(session);
	}

	@Override
	public void close() throws IOException {
		session.close();
	}

	@Override
	public void close(CloseReason reason) throws IOException {
		session.close(new CloseStatus(reason.getCloseCode().getCode(), reason.getReasonPhrase()));
	}

	@Override
	public Set<MessageHandler> getMessageHandlers() {
		return Set.of();
	}

	@Override
	public Set<Session> getOpenSessions() {
		return isOpen() ? Set.of(this) : Set.of();
	}

	@Override
	public WebSocketContainer getContainer() {
		throw unsupported();
	}

	@Override
	public void addMessageHandler(MessageHandler handler) {
		throw unsupported();
	}

	@Override
	public <T> void addMessageHandler(Class<T> type, MessageHandler.Whole<T> handler) {
		throw unsupported();
	}

	@Override
	public <T> void addMessageHandler(Class<T> type, MessageHandler.Partial<T> handler) {
		throw unsupported();
	}

	@Override
	public void removeMessageHandler(MessageHandler handler) {
		throw unsupported();
	}

	private static UnsupportedOperationException unsupported() {
		return new UnsupportedOperationException("this session is served by Hawser, not by the container");
	}
}
