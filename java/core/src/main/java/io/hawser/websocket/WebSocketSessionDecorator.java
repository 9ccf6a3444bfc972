package io.hawser.websocket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Wraps a session and passes everything on; subclasses change what they want to. A decorator is not equal to the
 * session inside: collections of sessions must hold either the one or the other.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.handler.WebSocketSessionDecorator}.
 *
 * @since 0.1
 */
public class WebSocketSessionDecorator implements WebSocketSession {
	private final WebSocketSession delegate;

	/**
	 * Create a decorator.
	 *
	 * @param session the session to wrap
	 * @since 0.1
	 */
	public WebSocketSessionDecorator(WebSocketSession session) {
		this.delegate = Objects.requireNonNull(session, "session");
	}

	/**
	 * Return the wrapped session, which may be a decorator itself.
	 * @return the session given to the constructor
	 * @since 0.1
	 */
	public WebSocketSession getDelegate() {
		return delegate;
	}

	/**
	 * Return the session inside all decorators.
	 * @return a session that is no decorator
	 * @since 0.1
	 */
	public WebSocketSession getLastSession() {
		return unwrap(delegate);
	}

	/**
	 * Return the session inside all decorators.
	 *
	 * @param session a session, decorated or not
	 * @return a session that is no decorator
	 * @since 0.1
	 */
	public static WebSocketSession unwrap(WebSocketSession session) {
		WebSocketSession result = Objects.requireNonNull(session, "session");
		while (result instanceof WebSocketSessionDecorator decorator) {
			result = decorator.getDelegate();
		}
		return result;
	}

	@Override
	public String getId() {
		return delegate.getId();
	}

	@Override
	public URI getUri() {
		return delegate.getUri();
	}

	@Override
	public HttpHeaders getHandshakeHeaders() {
		return delegate.getHandshakeHeaders();
	}

	@Override
	public Map<String, Object> getAttributes() {
		return delegate.getAttributes();
	}

	@Override
	public Principal getPrincipal() {
		return delegate.getPrincipal();
	}

	@Override
	public InetSocketAddress getLocalAddress() {
		return delegate.getLocalAddress();
	}

	@Override
	public InetSocketAddress getRemoteAddress() {
		return delegate.getRemoteAddress();
	}

	@Override
	public String getAcceptedProtocol() {
		return delegate.getAcceptedProtocol();
	}

	@Override
	public void setTextMessageSizeLimit(int messageSizeLimit) {
		delegate.setTextMessageSizeLimit(messageSizeLimit);
	}

	@Override
	public int getTextMessageSizeLimit() {
		return delegate.getTextMessageSizeLimit();
	}

	@Override
	public void setBinaryMessageSizeLimit(int messageSizeLimit) {
		delegate.setBinaryMessageSizeLimit(messageSizeLimit);
	}

	@Override
	public int getBinaryMessageSizeLimit() {
		return delegate.getBinaryMessageSizeLimit();
	}

	@Override
	public List<WebSocketExtension> getExtensions() {
		return delegate.getExtensions();
	}

	@Override
	public void sendMessage(WebSocketMessage<?> message) throws IOException {
		delegate.sendMessage(message);
	}

	@Override
	public boolean isOpen() {
		return delegate.isOpen();
	}

	@Override
	public void close() throws IOException {
		delegate.close();
	}

	@Override
	public void close(CloseStatus status) throws IOException {
		delegate.close(status);
	}

	@Override
	public ReadyState getReadyState() {
		return delegate.getReadyState();
	}

	@Override
	public long getBufferedAmount() {
		return delegate.getBufferedAmount();
	}

	@Override
	public boolean subscribe(String topic) {
		return delegate.subscribe(topic);
	}

	@Override
	public boolean unsubscribe(String topic) {
		return delegate.unsubscribe(topic);
	}

	@Override
	public boolean isSubscribed(String topic) {
		return delegate.isSubscribed(topic);
	}

	@Override
	public int publish(String topic, WebSocketMessage<?> message) {
		return delegate.publish(topic, message);
	}

	@Override
	public String toString() {
		return getClass().getSimpleName() + " [delegate=" + delegate + "]";
	}
}
