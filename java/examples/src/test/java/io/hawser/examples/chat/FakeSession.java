package io.hawser.examples.chat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HttpHeaders;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketExtension;
import io.hawser.websocket.WebSocketMessage;
import io.hawser.websocket.WebSocketSession;

/**
 * A session without a socket: remembers what was sent and how it was closed. Knows nothing of the chat.
 */
final class FakeSession implements WebSocketSession {

	private final FakeTopics topics;
	private final Map<String, Object> attributes = new ConcurrentHashMap<>();
	private final List<String> sent = new ArrayList<>();
	private CloseStatus closeStatus;
	private int textLimitBytes = 65_536;

	FakeSession(FakeTopics topics) {
		this.topics = topics;
	}

	/** Returns what was sent since the last call. */
	synchronized List<String> takeSent() {
		List<String> taken = List.copyOf(sent);
		sent.clear();
		return taken;
	}

	synchronized CloseStatus closeStatus() {
		return closeStatus;
	}

	@Override
	public synchronized void sendMessage(WebSocketMessage<?> message) throws IOException {
		if (closeStatus != null) {
			throw new IOException("closed");
		}
		sent.add(((TextMessage) message).getPayload());
	}

	@Override
	public boolean subscribe(String topic) {
		return topics.subscribe(topic, this);
	}

	@Override
	public boolean unsubscribe(String topic) {
		return topics.unsubscribe(topic, this);
	}

	@Override
	public int publish(String topic, WebSocketMessage<?> message) {
		return topics.publish(topic, message, this);
	}

	@Override
	public synchronized boolean isOpen() {
		return closeStatus == null;
	}

	@Override
	public void close() {
		close(CloseStatus.NORMAL);
	}

	@Override
	public synchronized void close(CloseStatus status) {
		closeStatus = closeStatus == null ? status : closeStatus;
	}

	@Override
	public Map<String, Object> getAttributes() {
		return attributes;
	}

	@Override
	public void setTextMessageSizeLimit(int messageSizeLimit) {
		textLimitBytes = messageSizeLimit;
	}

	@Override
	public int getTextMessageSizeLimit() {
		return textLimitBytes;
	}

	@Override
	public void setBinaryMessageSizeLimit(int messageSizeLimit) {
	}

	@Override
	public int getBinaryMessageSizeLimit() {
		return 65_536;
	}

	@Override
	public String getId() {
		return "fake";
	}

	@Override
	public URI getUri() {
		return null;
	}

	@Override
	public HttpHeaders getHandshakeHeaders() {
		return new HttpHeaders();
	}

	@Override
	public Principal getPrincipal() {
		return null;
	}

	@Override
	public InetSocketAddress getLocalAddress() {
		return null;
	}

	@Override
	public InetSocketAddress getRemoteAddress() {
		return null;
	}

	@Override
	public String getAcceptedProtocol() {
		return null;
	}

	@Override
	public List<WebSocketExtension> getExtensions() {
		return List.of();
	}

}
