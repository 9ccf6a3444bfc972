package io.hawser.websocket;

import io.hawser.websocket.internal.EngineSettings;
import io.hawser.websocket.internal.HttpSyntax;
import io.hawser.websocket.internal.UpgradeSettings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.Map;
import java.util.Objects;

/**
 * What a session is like that an upstream accepts ({@link UpgradeRequest#accept}). Immutable; each method returns a copy of
 * {@link #DEFAULT} or what was made of it.
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public final class UpgradeOptions {
	/**
	 * No subprotocol and no user, attributes of its own, URI and addresses of the connection, the engine's limits and
	 * compression.
	 * @since 0.1
	 */
	public static final UpgradeOptions DEFAULT = new UpgradeOptions();

	private String subProtocol;
	private Principal principal;
	private Map<String, Object> attributes;
	private URI uri;
	private InetSocketAddress remoteAddress;
	private InetSocketAddress localAddress;
	private Integer maxTextMessageBytes;
	private Integer maxBinaryMessageBytes;
	private boolean compression = true;
	private Object placedWith;

	private UpgradeOptions() {
	}

	private UpgradeOptions(UpgradeOptions other) {
		subProtocol = other.subProtocol;
		principal = other.principal;
		attributes = other.attributes;
		uri = other.uri;
		remoteAddress = other.remoteAddress;
		localAddress = other.localAddress;
		maxTextMessageBytes = other.maxTextMessageBytes;
		maxBinaryMessageBytes = other.maxBinaryMessageBytes;
		compression = other.compression;
		placedWith = other.placedWith;
	}

	/**
	 * Set the subprotocol that the 101 names. A client drops the connection if it has not asked for it.
	 *
	 * @param subProtocol a token, or {@code null} for none
	 * @return a copy
	 * @throws IllegalArgumentException if it is no token
	 * @since 0.1
	 */
	public UpgradeOptions subProtocol(String subProtocol) {
		UpgradeOptions copy = new UpgradeOptions(this);
		copy.subProtocol = subProtocol == null ? null : HttpSyntax.requireToken(subProtocol, "subProtocol");
		return copy;
	}

	/**
	 * Set the user of the session.
	 *
	 * @param principal the user, or {@code null} for none
	 * @return a copy
	 * @since 0.1
	 */
	public UpgradeOptions principal(Principal principal) {
		UpgradeOptions copy = new UpgradeOptions(this);
		copy.principal = principal;
		return copy;
	}

	/**
	 * Set the attributes of the session.
	 *
	 * @param attributes the very map that {@link WebSocketSession#getAttributes} will return; should be safe for use by
	 * several threads
	 * @return a copy
	 * @since 0.1
	 */
	public UpgradeOptions attributes(Map<String, Object> attributes) {
		UpgradeOptions copy = new UpgradeOptions(this);
		copy.attributes = Objects.requireNonNull(attributes, "attributes");
		return copy;
	}

	/**
	 * Set the URI of the session.
	 *
	 * @param uri what {@link WebSocketSession#getUri} will return
	 * @return a copy
	 * @since 0.1
	 */
	public UpgradeOptions uri(URI uri) {
		UpgradeOptions copy = new UpgradeOptions(this);
		copy.uri = Objects.requireNonNull(uri, "uri");
		return copy;
	}

	/**
	 * Set the address of the client, for example as a trusted proxy has forwarded it.
	 *
	 * @param address what {@link WebSocketSession#getRemoteAddress} will return
	 * @return a copy
	 * @since 0.1
	 */
	public UpgradeOptions remoteAddress(InetSocketAddress address) {
		UpgradeOptions copy = new UpgradeOptions(this);
		copy.remoteAddress = Objects.requireNonNull(address, "address");
		return copy;
	}

	/**
	 * Set the address that the client has connected to.
	 *
	 * @param address what {@link WebSocketSession#getLocalAddress} will return
	 * @return a copy
	 * @since 0.1
	 */
	public UpgradeOptions localAddress(InetSocketAddress address) {
		UpgradeOptions copy = new UpgradeOptions(this);
		copy.localAddress = Objects.requireNonNull(address, "address");
		return copy;
	}

	/**
	 * Set the largest inbound text message; one byte more closes the session with 1009.
	 *
	 * @param bytes 125 to 2,147,483,639 bytes of UTF-8
	 * @return a copy
	 * @throws IllegalArgumentException if the number is outside that range
	 * @since 0.1
	 */
	public UpgradeOptions maxTextMessageBytes(int bytes) {
		UpgradeOptions copy = new UpgradeOptions(this);
		copy.maxTextMessageBytes = EngineSettings.messageLimit("maxTextMessageBytes", bytes);
		return copy;
	}

	/**
	 * Set the largest inbound binary message; one byte more closes the session with 1009.
	 *
	 * @param bytes 125 to 2,147,483,639
	 * @return a copy
	 * @throws IllegalArgumentException if the number is outside that range
	 * @since 0.1
	 */
	public UpgradeOptions maxBinaryMessageBytes(int bytes) {
		UpgradeOptions copy = new UpgradeOptions(this);
		copy.maxBinaryMessageBytes = EngineSettings.messageLimit("maxBinaryMessageBytes", bytes);
		return copy;
	}

	/**
	 * Set whether {@link UpgradeRequest#negotiatedCompression()} is agreed to. Default {@code true}; never with a handler
	 * that takes messages in parts.
	 *
	 * @param compression {@code false} to decline
	 * @return a copy
	 * @since 0.1
	 */
	public UpgradeOptions compression(boolean compression) {
		UpgradeOptions copy = new UpgradeOptions(this);
		copy.compression = compression;
		return copy;
	}

	/**
	 * Set with which object's callbacks those of this session are counted, where a handler that blocks often is moved
	 * ({@link HandlerMode#ADAPTIVE}). Default: the handler's own. To be set where each session has a handler object of its own,
	 * which would never be seen to block often; the engine does not keep the object alive.
	 *
	 * @param object an object that stands for all handlers that behave alike; only its identity counts
	 * @return a copy
	 * @since 0.1
	 */
	public UpgradeOptions placedWith(Object object) {
		UpgradeOptions copy = new UpgradeOptions(this);
		copy.placedWith = Objects.requireNonNull(object, "object");
		return copy;
	}

	UpgradeSettings settings() {
		return new UpgradeSettings(subProtocol, principal, attributes, uri, remoteAddress, localAddress,
				maxTextMessageBytes, maxBinaryMessageBytes, compression, placedWith);
	}
}
