package io.hawser.websocket;

import io.hawser.websocket.internal.AskedUpgrade;
import java.util.Objects;
import java.util.Optional;

/**
 * An opening handshake that the upstream of an engine is being asked about ({@link Upstream}). Valid until the upstream has
 * answered it.
 *
 * <p><b>Threads:</b> all methods may be called from any thread.
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public final class UpgradeRequest {
	private final AskedUpgrade asked;

	UpgradeRequest(AskedUpgrade asked) {
		this.asked = asked;
	}

	/**
	 * Return what the upstream has to answer in {@link UpstreamConnections#ACCEPTED_HEADER}.
	 * @return the id of the connection, unique in its engine
	 * @since 0.1
	 */
	public String id() {
		return asked.idText();
	}

	/**
	 * Return who asks.
	 * @return the connection of the client
	 * @since 0.1
	 */
	public ClientConnection client() {
		return new ClientConnection(asked.record());
	}

	/**
	 * Return what the engine would agree to of the compression that the client offers. It agrees to it in
	 * {@link #accept} unless the options say otherwise or the handler takes messages in parts
	 * ({@link WebSocketHandler#supportsPartialMessages}).
	 * @return permessage-deflate with its parameters, or nothing
	 * @since 0.1
	 */
	public Optional<WebSocketExtension> negotiatedCompression() {
		return asked.negotiatedCompression();
	}

	/**
	 * Have the engine open a session when the upstream has answered 200 with {@link #id()}; any other answer, or the end of the
	 * client, drops it, and the handler then hears of nothing. The session is
	 * {@link ReadyState#CONNECTING} until its 101 is on its way: until then sends fail and closes do nothing.
	 * {@link WebSocketHandler#afterConnectionEstablished} comes on a thread of the engine, as do all callbacks, in the
	 * {@link WebSocketEngineBuilder#mode mode} of the engine and with its settings for what waits to be written.
	 *
	 * @param handler serves the session
	 * @param options what the session is to be like
	 * @return the session, the same object that the callbacks get
	 * @throws IllegalStateException if it was accepted already, or the upstream has answered, or the client has gone
	 * @since 0.1
	 */
	public WebSocketSession accept(WebSocketHandler handler, UpgradeOptions options) {
		Objects.requireNonNull(handler, "handler");
		return asked.accept(handler, Objects.requireNonNull(options, "options").settings());
	}

	/**
	 * Take an acceptance back, as long as the engine has not got the upstream's answer; without one nothing happens.
	 * @since 0.1
	 */
	public void cancel() {
		asked.cancel();
	}

	@Override
	public String toString() {
		return "UpgradeRequest[id=" + id() + ", client=" + client() + "]";
	}
}
