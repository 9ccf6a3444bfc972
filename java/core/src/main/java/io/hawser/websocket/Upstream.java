package io.hawser.websocket;

import io.hawser.websocket.internal.EngineSettings;
import io.hawser.websocket.internal.UpstreamSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;

/**
 * An HTTP server on this machine that an engine stands before: it answers every request whose path has no handler on the
 * engine, and decides about opening handshakes. Immutable; each method returns a copy.
 *
 * <pre>{@code
 * WebSocketEngine engine = WebSocketEngine.builder().port(8080).upstream(Upstream.loopback(8081)).start();
 * }</pre>
 *
 * <p><b>Requests</b> that are no opening handshakes pass byte for byte, over a connection of their client's own, until
 * either side ends it. The engine adds no header: {@link UpstreamConnections#findClient} tells who the client is.
 * <p><b>Opening handshakes</b> pass with one header more, {@code X-Hawser-Connection}; lines of the client that begin with
 * {@code X-Hawser-} are left out. Code in the same JVM that serves the request finds the connection by that header
 * ({@link UpstreamConnections#findUpgrade}), accepts it ({@link UpgradeRequest#accept}) and answers 200 with
 * {@code X-Hawser-Accepted} and {@link UpgradeRequest#id()}. The engine then answers 101 with the other headers of that answer
 * (but those about its body, its connection and the handshake; values must be visible ASCII), and the session is the
 * engine's. Any other answer passes as it is: a 101 of the server's own makes a tunnel.
 * <p><b>Trust:</b> what the server answers is believed. It should listen on a loopback address alone.
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public final class Upstream {
	private static final int MAX_IDLE = 1000;

	private final UpstreamSettings settings;

	private Upstream(UpstreamSettings settings) {
		this.settings = settings;
	}

	/**
	 * Use the server on a port of {@code 127.0.0.1}.
	 *
	 * @param port 1 to 65,535
	 * @return the upstream with all defaults
	 * @throws IllegalArgumentException if the port is outside that range
	 * @since 0.1
	 */
	public static Upstream loopback(int port) {
		EngineSettings.range("port", port, 1, 65_535);
		return new Upstream(new UpstreamSettings("127.0.0.1:" + port, 64, Duration.ofSeconds(5), Duration.ofSeconds(30)));
	}

	/**
	 * Use the server at a loopback address.
	 *
	 * @param address a resolved address, like {@code ::1} and a port
	 * @return the upstream with all defaults
	 * @throws IllegalArgumentException if the address is not resolved, no loopback address, or has port 0
	 * @since 0.1
	 */
	public static Upstream at(InetSocketAddress address) {
		InetAddress host = Objects.requireNonNull(address, "address").getAddress();
		if (host == null || !host.isLoopbackAddress()) {
			throw new IllegalArgumentException("address must be a loopback address, like 127.0.0.1 or ::1, not " + address
					+ ": what passes to an upstream is not encrypted");
		}
		Upstream upstream = loopback(address.getPort());
		String text = host.getHostAddress();
		String shown = text.indexOf(':') < 0 ? text : "[" + text.replaceAll("%.*", "") + "]";
		UpstreamSettings defaults = upstream.settings;
		return new Upstream(new UpstreamSettings(shown + ":" + address.getPort(), defaults.maxIdleConnections(),
				defaults.connectTimeout(), defaults.answerTimeout()));
	}

	/**
	 * Set how many connections each loop keeps for the next opening handshakes. Default 64. More are opened when they are
	 * needed, and closed afterwards.
	 *
	 * @param connections 0 to 1,000
	 * @return a copy
	 * @throws IllegalArgumentException if the number is outside that range
	 * @since 0.1
	 */
	public Upstream maxIdleConnections(int connections) {
		EngineSettings.range("maxIdleConnections", connections, 0, MAX_IDLE);
		return new Upstream(new UpstreamSettings(settings.address(), connections, settings.connectTimeout(),
				settings.answerTimeout()));
	}

	/**
	 * Set how long connecting may take; then the client gets a 502. Default 5 s.
	 *
	 * @param timeout 1 ms to 1 h
	 * @return a copy
	 * @throws IllegalArgumentException if the time is outside that range
	 * @since 0.1
	 */
	public Upstream connectTimeout(Duration timeout) {
		return new Upstream(new UpstreamSettings(settings.address(), settings.maxIdleConnections(),
				EngineSettings.range("connectTimeout", timeout), settings.answerTimeout()));
	}

	/**
	 * Set how long the server may take to answer an opening handshake; then the client gets a 504. Default 30 s. All other
	 * requests may take as long as the server likes.
	 *
	 * @param timeout 1 ms to 1 h
	 * @return a copy
	 * @throws IllegalArgumentException if the time is outside that range
	 * @since 0.1
	 */
	public Upstream answerTimeout(Duration timeout) {
		return new Upstream(new UpstreamSettings(settings.address(), settings.maxIdleConnections(),
				settings.connectTimeout(), EngineSettings.range("answerTimeout", timeout)));
	}

	@Override
	public String toString() {
		return "Upstream[" + settings.address() + "]";
	}

	UpstreamSettings settings() {
		return settings;
	}
}
