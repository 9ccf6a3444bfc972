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
final class NativeSession implements WebSocketSession, OutboundMessage.Sink<IOException> {
	private static final ReadyState[] READY_STATES = ReadyState.values();

	private final EngineRuntime engine;
	private final long id;
	private final RequestRecord request;
	private final OutboundLimits outboundLimits;
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
	/** Made when first needed; most sessions never are under pressure. */
	private volatile SessionOutbound outbound;

	NativeSession(EngineRuntime engine, long id, RequestRecord request, Endpoint endpoint) {
		this.engine = engine;
		this.id = id;
		this.request = request;
		this.outboundLimits = endpoint.outbound();
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
		switch (OutboundMessage.send(message, this)) {
			case SendOutcome.QUEUED, SendOutcome.PRESSURED, SendOutcome.DROPPED -> { }
			case SendOutcome.INTERLEAVED -> throw SendFailure.interleaved(getId());
			case SendOutcome.TERMINATED -> throw SendFailure.terminated(getId(), outboundLimits.highWaterBytes());
			default -> throw SendFailure.closed(getId(), getReadyState());
		}
	}

	@Override
	public int take(int kind, byte[] payload, int offset, int length) throws IOException {
		int outcome = NativeEngine.send(engine.id(), id, kind, payload, offset, length);
		return outcome == SendOutcome.FULL ? BlockedSend.send(engine, this, kind, payload, offset, length) : outcome;
	}

	@Override
	public boolean subscribe(String topic) {
		return engine.topics().subscribe(this, topic);
	}

	@Override
	public boolean unsubscribe(String topic) {
		return engine.topics().unsubscribe(this, topic);
	}

	@Override
	public boolean isSubscribed(String topic) {
		return engine.topics().isSubscribed(this, topic);
	}

	@Override
	public int publish(String topic, WebSocketMessage<?> message) {
		return engine.topics().publishFrom(this, topic, message);
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
		releaseSenders();
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

	boolean isOf(EngineRuntime other) {
		return engine == other;
	}

	/** Ends the session because a sender has waited too long. */
	void terminate() {
		NativeEngine.terminate(engine.id(), id);
		releaseSenders();
	}

	/** Lets senders that wait try again; from any thread. Needs no memory. */
	void releaseSenders() {
		SessionOutbound state = outbound;
		if (state != null) {
			state.gate().open();
		}
	}

	/** The connection has gone: releases senders that wait. Called before the handler is told; needs no memory. */
	void ended(int closeCode) {
		SessionOutbound state = outbound;
		if (state != null) {
			state.gate().end(closeCode);
		}
	}

	/** There is room again: releases senders that wait, then has the handler told. On the driving carrier. */
	void drained() {
		SessionOutbound state = outbound();
		state.gate().open();
		if (state.notices().addWritable()) {
			mailbox.deliver(Dispatcher.WRITABLE, 0);
		}
	}

	/** Messages were dropped: has the handler told. On the driving carrier. */
	void dropped(long messages, long bytes) {
		if (outbound().notices().addDropped(messages, bytes)) {
			mailbox.deliver(Dispatcher.DROPPED, 0);
		}
	}

	SessionOutbound outbound() {
		SessionOutbound state = outbound;
		if (state == null) {
			synchronized (request) {
				state = outbound;
				if (state == null) {
					state = new SessionOutbound();
					outbound = state;
				}
			}
		}
		return state;
	}
}
