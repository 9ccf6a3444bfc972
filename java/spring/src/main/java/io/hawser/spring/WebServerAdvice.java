package io.hawser.spring;

import io.hawser.websocket.WebSocketEngine;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.time.Duration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.web.server.GracefulShutdownCallback;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.WebServerException;

/**
 * The life of a web server with the engine before it: started after the server, ended before it, and the engine's port is the
 * server's for all who ask.
 */
final class WebServerAdvice implements ClassProxies.Advice {
	private static final Log logger = LogFactory.getLog(WebServerAdvice.class);
	/** For Close frames, and for what the server has answered but a client has not yet got. */
	private static final Duration REST = Duration.ofSeconds(1);

	private final WebServer server;
	private final ServerKind kind;
	private final HawserEngine engine;
	private final EngineStart engineStart;
	private final Duration drainTimeout;
	private final boolean sidePort;
	/** Whether sessions have been asked to close; the engine then takes no more connections. */
	private volatile boolean draining;

	WebServerAdvice(WebServer server, ServerKind kind, HawserEngine engine, EngineStart engineStart, Duration drainTimeout,
			boolean sidePort) {
		this.server = server;
		this.kind = kind;
		this.engine = engine;
		this.engineStart = engineStart;
		this.drainTimeout = drainTimeout;
		this.sidePort = sidePort;
	}

	@Override
	public Object invoke(Method method, Object[] arguments) throws Throwable {
		switch (method.getName() + "/" + arguments.length) {
			case "start/0" -> start();
			case "stop/0" -> stop(server::stop);
			case "destroy/0" -> stop(server::destroy);
			case "shutDownGracefully/1" -> shutDownGracefully((GracefulShutdownCallback) arguments[0]);
			case "getPort/0" -> {
				return sidePort ? server.getPort() : engine.get().map(WebSocketEngine::port).orElse(-1);
			}
			default -> {
				return ClassProxies.proceed(server, method, arguments);
			}
		}
		return null;
	}

	private void start() {
		server.start();
		Object own = kind.server(server);
		int upstreamPort = sidePort ? addConnector(own) : server.getPort();
		kind.install(own, engine);
		draining = false;
		engineStart.start(upstreamPort);
		int port = engine.get().orElseThrow().port();
		logger.info("WebSockets on this port are served by Hawser " + WebSocketEngine.version() + ": " + port + " ("
				+ engineStart.address().scheme() + "), with " + kind + " behind it on " + upstreamPort);
	}

	private int addConnector(Object own) {
		try {
			return kind.addConnector(own, InetAddress.getLoopbackAddress());
		} catch (Exception e) {
			throw new WebServerException("Hawser cannot open a port of " + kind + " on loopback", e);
		}
	}

	/**
	 * Closes the port and all sessions with 1001, then lets the server finish what it does. Connections that wait for an answer
	 * of the server go on meanwhile.
	 */
	private void shutDownGracefully(GracefulShutdownCallback callback) {
		WebSocketEngine running = engine.get().orElse(null);
		if (running == null || !engineStart.address().graceful()) {
			server.shutDownGracefully(callback);
			return;
		}
		draining = true;
		Thread drain = new Thread(() -> {
			new EngineDrain(running).run(drainTimeout);
			server.shutDownGracefully(callback);
		}, "hawser-drain");
		drain.start();
	}

	private void stop(Runnable stopServer) {
		if (!draining) {
			engine.stop(REST);
		}
		try {
			stopServer.run();
		} finally {
			engine.stop(REST);
		}
	}
}
