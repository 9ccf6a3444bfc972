package io.hawser.spring;

import io.hawser.websocket.ClientConnection;
import io.hawser.websocket.UpgradeRequest;
import io.hawser.websocket.UpstreamConnections;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketEngineBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.springframework.beans.factory.DisposableBean;

/**
 * The application's one engine, from the start of its web server to the stop; before, between and after there is none.
 * Thread-safe. Knows no server.
 */
class HawserEngine implements DisposableBean {
	private volatile Running running;

	private record Running(WebSocketEngine engine, UpstreamConnections connections, InetSocketAddress upstream) {
	}

	/**
	 * Starts an engine with these settings before the server at that address.
	 * @throws IOException if it cannot listen
	 */
	WebSocketEngine start(WebSocketEngineBuilder builder, InetSocketAddress upstream) throws IOException {
		WebSocketEngine engine = builder.start();
		running = new Running(engine, engine.upstreamConnections(), upstream);
		return engine;
	}

	Optional<WebSocketEngine> get() {
		Running now = running;
		return now == null ? Optional.empty() : Optional.of(now.engine());
	}

	/** Returns the opening handshake that a header names, if it is genuine and goes on. */
	Optional<UpgradeRequest> findUpgrade(String connectionHeader) {
		Running now = running;
		return now == null ? Optional.empty() : now.connections().findUpgrade(connectionHeader);
	}

	/**
	 * Returns whose request it is that a server got, if the engine sent it. All of the connection counts: another process can come
	 * from the same port to another one, or from another address of this machine.
	 */
	Optional<ClientConnection> findClient(InetAddress source, int sourcePort, int serverPort) {
		Running now = running;
		return now == null || serverPort != now.upstream().getPort() || !now.upstream().getAddress().equals(source)
				? Optional.empty() : now.connections().findClient(sourcePort);
	}

	/** Ends the engine within that time; without one does nothing. */
	void stop(Duration timeout) {
		Running now = running;
		if (now != null) {
			now.engine().stop(timeout);
			running = null;
		}
	}

	/** For a context whose web server was never started completely. */
	@Override
	public void destroy() {
		stop(Duration.ZERO);
	}
}
