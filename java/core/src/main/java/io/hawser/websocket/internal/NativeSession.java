package io.hawser.websocket.internal;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HttpHeaders;
import io.hawser.websocket.ReadyState;
import io.hawser.websocket.WebSocketExtension;
import io.hawser.websocket.WebSocketMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A session over an engine's and a connection's id. Holds what the getters answer, also after the end; knows no
 * callbacks.
 *
 * <p><b>Threads:</b> the fields without {@code volatile} are written by the handshake before it sets
 * {@link #accepted}; nobody else is given the session before that.
 */
final class NativeSession implements WebSocketSession {
	private static final ReadyState[] READY_STATES = ReadyState.values();

	private final EngineRuntime engine;
	private final long id;
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
		this.engine = engine;
		this.id = id;
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
	public void sendMessage(WebSocketMessage<?> message) throws IOException {
		int outcome = OutboundMessage.send(engine.id(), id, message);
		if (outcome == SendOutcome.INTERLEAVED) {
			throw new IllegalStateException("session " + getId() + " is in the middle of a message of the other kind that is sent "
					+ "in parts (isLast() == false); send its last part first");
		}
		if (outcome >= SendOutcome.CLOSED) {
			throw notSent(outcome);
		}
	}

	@Override
	public boolean isOpen() {
		return getReadyState() == ReadyState.OPEN;
	}

	@Override
	public ReadyState getReadyState() {
		return READY_STATES[NativeEngine.readyState(engine.id(), id)];
	}

	@Override
	public long getBufferedAmount() {
		return NativeEngine.bufferedAmount(engine.id(), id);
	}

	@Override
	public void close() {
		close(CloseStatus.NORMAL);
	}

	@Override
	public void close(CloseStatus status) {
		Objects.requireNonNull(status, "status");
		NativeEngine.close(engine.id(), id, status.getCode(), CloseReason.encode(status.getReason()));
	}

	@Override
	public String toString() {
		return "WebSocketSession[id=" + getId() + ", uri=" + getUri() + "]";
	}

	/** Returns the number of this connection in the native engine. */
	long nativeId() {
		return id;
	}

	RequestRecord request() {
		return request;
	}

	Mailbox mailbox() {
		return mailbox;
	}

	void mailbox(Mailbox mailbox) {
		this.mailbox = mailbox;
	}

	/** There is room again. On the driving carrier. */
	void drained(Tenure tenure) {
		mailbox.deliver(Dispatcher.WRITABLE, 0, tenure);
	}

	/** Messages were dropped. On the driving carrier. */
	void dropped(long messages, long bytes, Tenure tenure) {
		mailbox.deliver(Dispatcher.DROPPED, 0, tenure);
	}

	/** The connection has gone. Called before the handler is told; needs no memory. */
	void ended(int closeCode) {
		releaseSenders();
	}

	/** Lets senders that wait try again; from any thread. Needs no memory. */
	void releaseSenders() {
		// Nobody waits.
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

	private IOException notSent(int outcome) {
		if (outcome == SendOutcome.TERMINATED) {
			return new IOException("session " + getId() + " is being closed with 1013, the message was not sent: the peer does "
					+ "not read, and " + engine.settings().sendHighWaterBytes + " bytes waited for it; send less, or raise "
					+ "sendHighWaterBytes");
		}
		return new IOException("session " + getId() + " is " + getReadyState().name().toLowerCase(Locale.ROOT)
				+ ", the message was not sent; ask isOpen() before sending, and expect this when the peer leaves");
	}
}
