package io.hawser.websocket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A session without a connection: records what is sent and how it is closed. */
class StubSession implements WebSocketSession {
	final List<WebSocketMessage<?>> sent = new ArrayList<>();
	final List<CloseStatus> closes = new ArrayList<>();
	private final Map<String, Object> attributes = new ConcurrentHashMap<>();
	private int textLimit = 65_536;
	private int binaryLimit = 65_536;

	@Override
	public String getId() {
		return "stub-1";
	}

	@Override
	public URI getUri() {
		return URI.create("http://127.0.0.1/chat?room=1");
	}

	@Override
	public HttpHeaders getHandshakeHeaders() {
		return HttpHeaders.EMPTY;
	}

	@Override
	public Map<String, Object> getAttributes() {
		return attributes;
	}

	@Override
	public Principal getPrincipal() {
		return () -> "somebody";
	}

	@Override
	public InetSocketAddress getLocalAddress() {
		return InetSocketAddress.createUnresolved("local", 1);
	}

	@Override
	public InetSocketAddress getRemoteAddress() {
		return InetSocketAddress.createUnresolved("remote", 2);
	}

	@Override
	public String getAcceptedProtocol() {
		return "v1";
	}

	@Override
	public void setTextMessageSizeLimit(int messageSizeLimit) {
		textLimit = messageSizeLimit;
	}

	@Override
	public int getTextMessageSizeLimit() {
		return textLimit;
	}

	@Override
	public void setBinaryMessageSizeLimit(int messageSizeLimit) {
		binaryLimit = messageSizeLimit;
	}

	@Override
	public int getBinaryMessageSizeLimit() {
		return binaryLimit;
	}

	@Override
	public List<WebSocketExtension> getExtensions() {
		return List.of(new WebSocketExtension("x"));
	}

	@Override
	public void sendMessage(WebSocketMessage<?> message) throws IOException {
		if (!isOpen()) {
			throw new IOException("closed");
		}
		sent.add(message);
	}

	@Override
	public boolean isOpen() {
		return closes.isEmpty();
	}

	@Override
	public void close() throws IOException {
		close(CloseStatus.NORMAL);
	}

	@Override
	public void close(CloseStatus status) throws IOException {
		closes.add(status);
	}

	@Override
	public String toString() {
		return "StubSession";
	}
}
