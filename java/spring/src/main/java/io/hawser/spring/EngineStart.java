package io.hawser.spring;

import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketEngineBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Function;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServerException;

/** Starts the engine at the application's public address, with failures that Spring Boot has an analysis for. */
final class EngineStart {
	private final HawserEngine engine;
	private final PublicAddress address;
	private final Function<InetSocketAddress, WebSocketEngineBuilder> builders;

	/** Takes builders that lack the address, by the server behind the engine. */
	EngineStart(HawserEngine engine, PublicAddress address, Function<InetSocketAddress, WebSocketEngineBuilder> builders) {
		this.engine = engine;
		this.address = address;
		this.builders = builders;
	}

	PublicAddress address() {
		return address;
	}

	/** Starts the engine before the server on that port; does nothing if it is running. */
	void start(int upstreamPort) {
		if (engine.get().isPresent()) {
			return;
		}
		InetSocketAddress upstream = new InetSocketAddress(InetAddress.getLoopbackAddress(), upstreamPort);
		WebSocketEngineBuilder builder = builders.apply(upstream).host(address.host()).port(address.port());
		try {
			if (address.tls() != null) {
				builder.tls(address.tls().settings());
			}
			WebSocketEngine started = engine.start(builder, upstream);
			if (address.tls() != null) {
				address.tls().reloadOnUpdate(started);
			}
		} catch (IOException | RuntimeException e) {
			PortInUseException.throwIfPortBindingException(e, address::port);
			throw new WebServerException("Hawser cannot start on port " + address.port() + ": " + e.getMessage(), e);
		}
	}
}
