package io.hawser.websocket.internal;

import io.hawser.websocket.HttpHeaders;
import io.hawser.websocket.WebSocketExtension;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A session over an engine's and a connection's id: what the getters answer, also after the end, and where it is in its life.
 * Knows no callbacks.
 *
 * <p><b>Threads:</b> the fields without {@code volatile} are written by the handshake before it sets
 * {@link #accepted}; nobody else is given the session before that.
 */
class NativeSession extends OutboundSession {
	/** Made beforehand: a broken loop stops its engine, with memory or without. */
	static final Consumer<NativeSession> RELEASE_SENDERS = NativeSession::releaseSenders;

	private final RequestRecord request;
	private Mailbox mailbox;
	/** Confined to the driving carrier. */
	private boolean messagesLost;
	private Principal principal;
	private String protocol;
	private List<WebSocketExtension> extensions = List.of();
	private volatile boolean accepted;
	private volatile int maxTextBytes;
	private volatile int maxBinaryBytes;
	private volatile Map<String, Object> attributes;
	/** Parsed when first asked for; most handlers never ask. */
	private volatile HttpHeaders headers;
	private String idText;

	NativeSession(EngineRuntime engine, long id, RequestRecord request, Endpoint endpoint) {
		super(engine, id, endpoint.outbound());
		this.request = request;
		this.maxTextBytes = endpoint.maxTextMessageBytes();
		this.maxBinaryBytes = endpoint.maxBinaryMessageBytes();
	}

	@Override
	public String getId() {
		String text = idText;
		if (text == null) {
			text = engine.sessionIdText(id);
			idText = text;
		}
		return text;
	}

	@Override
	public URI getUri() {
		return request.uri(request.webSocketScheme(), getHandshakeHeaders());
	}

	@Override
	public HttpHeaders getHandshakeHeaders() {
		HttpHeaders parsed = headers;
		if (parsed == null) {
			parsed = request.headers();
			headers = parsed;
		}
		return parsed;
	}

	@Override
	public Map<String, Object> getAttributes() {
		Map<String, Object> map = attributes;
		if (map == null) {
			synchronized (request) {
				map = attributes;
				if (map == null) {
					map = new ConcurrentHashMap<>();
					attributes = map;
				}
			}
		}
		return map;
	}

	@Override
	public Principal getPrincipal() {
		return principal;
	}

	@Override
	public InetSocketAddress getLocalAddress() {
		return request.localAddress();
	}

	@Override
	public InetSocketAddress getRemoteAddress() {
		return request.remoteAddress();
	}

	@Override
	public String getAcceptedProtocol() {
		return protocol;
	}

	@Override
	public void setTextMessageSizeLimit(int messageSizeLimit) {
		EngineSettings.messageLimit("messageSizeLimit", messageSizeLimit);
		synchronized (request) {
			maxTextBytes = messageSizeLimit;
			NativeEngine.setMessageLimits(engine.id(), id, maxTextBytes, maxBinaryBytes);
		}
	}

	@Override
	public int getTextMessageSizeLimit() {
		return maxTextBytes;
	}

	@Override
	public void setBinaryMessageSizeLimit(int messageSizeLimit) {
		EngineSettings.messageLimit("messageSizeLimit", messageSizeLimit);
		synchronized (request) {
			maxBinaryBytes = messageSizeLimit;
			NativeEngine.setMessageLimits(engine.id(), id, maxTextBytes, maxBinaryBytes);
		}
	}

	@Override
	public int getBinaryMessageSizeLimit() {
		return maxBinaryBytes;
	}

	@Override
	public List<WebSocketExtension> getExtensions() {
		return extensions;
	}

	@Override
	public String toString() {
		return "WebSocketSession[id=" + getId() + ", uri=" + getUri() + "]";
	}

	/** Sets the map itself; before anybody else has the session. */
	final void attributes(Map<String, Object> attributes) {
		this.attributes = attributes;
	}

	RequestRecord request() {
		return request;
	}

	@Override
	Mailbox mailbox() {
		return mailbox;
	}

	void mailbox(Mailbox mailbox) {
		this.mailbox = mailbox;
	}

	/** Remembers that a message could not be delivered, so that none behind it may be. */
	void messagesLost() {
		messagesLost = true;
	}

	boolean hasLostMessages() {
		return messagesLost;
	}

	/** Makes the handshake's results visible; from now on the session is one of the engine's. */
	void accept(String protocol, List<WebSocketExtension> extensions, Principal principal) {
		this.protocol = protocol;
		this.extensions = extensions;
		this.principal = principal;
		this.accepted = true;
	}

	boolean isAccepted() {
		return accepted;
	}
}
