package io.hawser.websocket;

import io.hawser.websocket.internal.EngineRuntime;
import java.util.Optional;

/**
 * What the server behind an engine ({@link Upstream}) may ask about its connections, from the same JVM.
 *
 * <p><b>Threads:</b> all methods may be called from any thread. After the engine's end nothing is found, and the numbers
 * stay.
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public final class UpstreamConnections {
	/**
	 * Header of an opening handshake that names its connection to the upstream.
	 * @since 0.1
	 */
	public static final String CONNECTION_HEADER = "X-Hawser-Connection";

	/**
	 * Header of the answer 200 by which the upstream has the engine open a session; its value is {@link UpgradeRequest#id()}.
	 * @since 0.1
	 */
	public static final String ACCEPTED_HEADER = "X-Hawser-Accepted";

	private final EngineRuntime runtime;

	UpstreamConnections(EngineRuntime runtime) {
		this.runtime = runtime;
	}

	/**
	 * Find the opening handshake that a request is. Nobody but the engine can make a header that is found: it is signed with a
	 * key of this engine (HMAC-SHA256).
	 *
	 * @param connectionHeader the value of {@link #CONNECTION_HEADER} as the upstream got it; {@code null} if it got none
	 * @return the handshake; empty if the header was not made by this engine, or its connection is not in its opening handshake
	 * any more: it was answered, or the client has gone and that was noticed
	 * @since 0.1
	 */
	public Optional<UpgradeRequest> findUpgrade(String connectionHeader) {
		return Optional.ofNullable(connectionHeader).flatMap(runtime.upgrades()::find).map(UpgradeRequest::new);
	}

	/**
	 * Find the client whose connection reaches the upstream from a port. Not for opening handshakes that the upstream has not
	 * answered: they come over connections that are shared, and have {@link #findUpgrade}.
	 *
	 * @param sourcePort the port that the upstream sees its peer come from
	 * @return the client; empty if the engine has no such connection open now
	 * @since 0.1
	 */
	public Optional<ClientConnection> findClient(int sourcePort) {
		return runtime.upgrades().findClient(sourcePort).map(ClientConnection::new);
	}

	/**
	 * Return how many opening handshakes the upstream has answered with a 101 of its own, so that their frames pass through it.
	 * @return {@link EngineCounters#upgradesTunnelled()}
	 * @since 0.1
	 */
	public long tunnelled() {
		return runtime.counters().upgradesTunnelled();
	}

	/**
	 * Return how many sessions were opened because the upstream accepted them.
	 * @return {@link EngineCounters#upgradesAccepted()}
	 * @since 0.1
	 */
	public long accepted() {
		return runtime.counters().upgradesAccepted();
	}
}
