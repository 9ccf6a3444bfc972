package io.hawser.websocket;

import io.hawser.websocket.internal.Endpoint;
import io.hawser.websocket.internal.EngineRuntime;
import io.hawser.websocket.internal.EngineSettings;
import io.hawser.websocket.internal.EngineStart;
import io.hawser.websocket.internal.EngineTls;
import io.hawser.websocket.internal.HandlerPath;
import io.hawser.websocket.internal.PathTable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Collects the settings and handlers of one engine and starts it. Each setting is checked when it is set: a value outside
 * its range is an {@link IllegalArgumentException}, {@code null} a {@link NullPointerException}, both with the name; after
 * the start everything is an {@link IllegalStateException}. Used by one thread. Over 250 lines for its settings' docs.
 *
 * <p>Source: Hawser's own, in the manner of Spring's {@code WebSocketHandlerRegistry}.
 *
 * @since 0.1
 */
public final class WebSocketEngineBuilder {
	private final EngineSettings settings = new EngineSettings();
	private final List<WebSocketHandlerRegistration> registrations = new ArrayList<>();
	private final PathTable<WebSocketHandler> paths = new PathTable<>();
	private boolean started;

	WebSocketEngineBuilder() {
	}

	/**
	 * Set the address to listen on. Default {@code 127.0.0.1}: this machine only.
	 *
	 * @param host an IPv4 or IPv6 address, or a name, which is resolved at the start; {@code 0.0.0.0} or {@code ::} for
	 * all addresses of the machine
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder host(String host) {
		return set("host", () -> settings.host(host));
	}

	/**
	 * Set the TCP port. Default 0.
	 *
	 * @param port 0 to 65,535; 0 lets the system choose, {@link WebSocketEngine#port()} tells
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder port(int port) {
		return set("port", () -> settings.port(port));
	}

	/**
	 * Set how many connections the system may hold that are not yet accepted. Default 1,024; the system may have a lower
	 * limit of its own.
	 *
	 * @param backlog 1 to 65,535
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder backlog(int backlog) {
		return set("backlog", () -> settings.backlog(backlog));
	}

	/**
	 * Set the number of event loops, each with a thread of its own and about 1 MiB of buffer. Default: the available
	 * processors.
	 *
	 * @param loops 1 to 256
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder loops(int loops) {
		return set("loops", () -> settings.loops(loops));
	}

	/**
	 * Set which threads call handlers that do not say otherwise, and the HTTP handler. Default
	 * {@link HandlerMode#ADAPTIVE}.
	 *
	 * @param mode the mode
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder mode(HandlerMode mode) {
		return set("mode", () -> settings.mode(mode));
	}

	/**
	 * Set how many callbacks may run, or block, at a time on worker threads ({@link HandlerMode}) on a JVM without virtual
	 * threads (before Java 21); later JVMs have no such limit and ignore it. Default: 8 for each available processor, at
	 * least 16.
	 *
	 * @param workers 1 to 10,000 threads
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder workers(int workers) {
		return set("workers", () -> settings.workers(workers));
	}

	/**
	 * Set how many connections are served at a time. Default 1,000,000. One more gets a 503, but is cut at once while 256
	 * others are being refused, and always on a port that speaks TLS.
	 *
	 * @param maxConnections 1 to 16,777,216
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder maxConnections(int maxConnections) {
		return set("maxConnections", () -> settings.maxConnections(maxConnections));
	}

	/**
	 * Set the time in which the head of a request must have arrived, the TLS handshake before it included. Default 10 s; then
	 * 408, or a silent end where nothing of a request has come. The body of a plain HTTP request has as long once more, and
	 * so has the next request on its connection to come.
	 *
	 * @param timeout 1 ms to 1 h
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder handshakeTimeout(Duration timeout) {
		return set("handshakeTimeout", () -> settings.handshakeTimeout(timeout));
	}

	/**
	 * Set the time of a closing handshake, waiting messages included, after which the connection is cut; also the time
	 * of {@link WebSocketEngine#close()}. Default 5 s.
	 *
	 * @param timeout 1 ms to 1 h
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder closeTimeout(Duration timeout) {
		return set("closeTimeout", () -> settings.closeTimeout(timeout));
	}

	/**
	 * Set the largest inbound text message. Default 65,536; one byte more closes the session with 1009.
	 *
	 * @param bytes 125 to 2,147,483,639 bytes of UTF-8
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder maxTextMessageBytes(int bytes) {
		return set("maxTextMessageBytes", () -> settings.maxTextMessageBytes(bytes));
	}

	/**
	 * Set the largest inbound binary message. Default 65,536; one byte more closes the session with 1009.
	 *
	 * @param bytes 125 to 2,147,483,639
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder maxBinaryMessageBytes(int bytes) {
		return set("maxBinaryMessageBytes", () -> settings.maxBinaryMessageBytes(bytes));
	}

	/**
	 * Set how many spare threads each loop may have to take it over while a callback blocks
	 * ({@link HandlerMode#ADAPTIVE}), or a sender in one waits for its peer. Default 16; they are started when needed. The last
	 * free one only drives the loop and gives all callbacks to worker threads, whatever their mode.
	 *
	 * @param carriers 1 to 1,000 for each loop
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder spareCarriers(int carriers) {
		return set("spareCarriers", () -> settings.pump().spareCarriers(carriers));
	}

	/**
	 * Set whether a handler that blocks often is moved to worker threads for good (mode {@link HandlerMode#ADAPTIVE}). Default
	 * {@code true}; the move is logged once, with the reason.
	 *
	 * @param move {@code false} to leave every handler where it is
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder moveBlockingHandlers(boolean move) {
		return set("moveBlockingHandlers", () -> settings.pump().moveBlockingHandlers(move));
	}

	/**
	 * Set how many bytes may wait for a peer that does not read: a message sent when they are reached follows the
	 * {@link #overflowStrategy}. Default 1,048,576. The message that reaches them is still taken whole, whatever its size, so
	 * one message more than this may wait.
	 *
	 * @param bytes 1,024 to 1,073,741,824, frame headers and 64 bytes for each message included
	 * @return this builder
	 * @throws IllegalArgumentException also if {@link #sendLowWaterBytes} was set above it
	 * @since 0.1
	 */
	public WebSocketEngineBuilder sendHighWaterBytes(int bytes) {
		return set("sendHighWaterBytes", () -> settings.outbound().highWaterBytes(bytes));
	}

	/**
	 * Set below how many waiting bytes a session that had reached {@link #sendHighWaterBytes} takes messages again: senders
	 * that wait go on, and {@link WebSocketHandler#handleWritable} is called. Default a quarter of
	 * {@code sendHighWaterBytes}, but no more than 262,144.
	 *
	 * @param bytes 1 to 1,073,741,824, not above {@code sendHighWaterBytes}, which is checked as soon as both are set, and
	 * at the start
	 * @return this builder
	 * @throws IllegalArgumentException also if {@link #sendHighWaterBytes} was set below it
	 * @since 0.1
	 */
	public WebSocketEngineBuilder sendLowWaterBytes(int bytes) {
		return set("sendLowWaterBytes", () -> settings.outbound().lowWaterBytes(bytes));
	}

	/**
	 * Set what happens above {@link #sendHighWaterBytes}. Default {@link OverflowStrategy#BLOCK}.
	 *
	 * @param strategy the strategy
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder overflowStrategy(OverflowStrategy strategy) {
		return set("overflowStrategy", () -> settings.outbound().overflowStrategy(strategy));
	}

	/**
	 * Set how long one {@link WebSocketSession#sendMessage} may wait for room, and how long a peer may take nothing at all of
	 * what waits for it, be it one message; then the session is closed with 1013. Default 10 s.
	 *
	 * @param limit 1 ms to 1 h
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder sendTimeLimit(Duration limit) {
		return set("sendTimeLimit", () -> settings.outbound().sendTimeLimit(limit));
	}

	/**
	 * Set how many bytes may wait for the peers of all sessions together, a published message counted once. Default
	 * 1,073,741,824. When they are reached, each session for which more than 16,384 bytes wait is treated as if it had reached
	 * {@link #sendHighWaterBytes}; the others go on. So what waits is no more than this, and for each session 16,384 bytes
	 * (twice that where its oldest are dropped) and one message.
	 *
	 * @param bytes 65,536 to 1,099,511,627,776
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder maxBufferedBytes(long bytes) {
		return set("maxBufferedBytes", () -> settings.outbound().maxBufferedBytes(bytes));
	}

	/**
	 * Set to how many topics one session may subscribe. Default 1,024; one more is an {@link IllegalStateException}.
	 *
	 * @param topics 1 to 1,000,000
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder maxTopicsPerSession(int topics) {
		return set("maxTopicsPerSession", () -> settings.outbound().maxTopicsPerSession(topics));
	}

	/**
	 * Set how many bytes of one session may wait for its handler before it is no longer read from. Default 65,536. One
	 * message may be larger; it then is the only one that waits.
	 *
	 * @param bytes 1,024 to 1,073,741,824
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder inboundWindowBytes(int bytes) {
		return set("inboundWindowBytes", () -> settings.inboundWindowBytes(bytes));
	}

	/**
	 * Set the size of a request's head. Default 16,384; above it 431.
	 *
	 * @param bytes 256 to 1,048,576
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder maxHeadBytes(int bytes) {
		return set("maxHeadBytes", () -> settings.maxHeadBytes(bytes));
	}

	/**
	 * Set the number of a request's header lines. Default 100; above it 431.
	 *
	 * @param headers 1 to 1,000
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder maxHeaders(int headers) {
		return set("maxHeaders", () -> settings.maxHeaders(headers));
	}

	/**
	 * Set the size of a plain HTTP request's body. Default 65,536; above it 413.
	 *
	 * @param bytes 0 to 1,073,741,824
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder maxHttpBodyBytes(int bytes) {
		return set("maxHttpBodyBytes", () -> settings.maxHttpBodyBytes(bytes));
	}

	/**
	 * Set in how many frames one inbound message may come. Default 16,384; one more closes with 1008.
	 *
	 * @param fragments 1 to 16,777,216
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder maxFragments(int fragments) {
		return set("maxFragments", () -> settings.maxFragments(fragments));
	}

	/**
	 * Set how many bytes all sessions together may hold of messages that have not come to their end, spare room for their
	 * growth included, which is at most as much again. Default 268,435,456. Who goes over them is closed with 1013,
	 * unless it holds no more than 16,384 itself. They are not shared out: one address with enough connections can keep them
	 * full, so that the larger messages of all others are closed in its place; set {@link #maxConnectionsPerAddress} where
	 * clients are not trusted.
	 *
	 * @param bytes 1,024 to 1,099,511,627,776
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder maxHeldBytes(long bytes) {
		return set("maxHeldBytes", () -> settings.maxHeldBytes(bytes));
	}

	/**
	 * Set how many pings, and pongs that no ping of the handler asked for, a peer may send in a second. Default 500; one more
	 * closes with 1008.
	 *
	 * @param frames 1 to 1,000,000
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder maxControlFramesPerSecond(int frames) {
		return set("maxControlFramesPerSecond", () -> settings.maxControlFramesPerSecond(frames));
	}

	/**
	 * Set how many connections one remote address may have at a time. By default as many as all together. One more gets a
	 * 429, or is cut as with {@link #maxConnections}. The addresses of an IPv6 network of 64 bits count as one. Behind a
	 * proxy all clients have its address.
	 *
	 * @param connections 1 to 16,777,216
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder maxConnectionsPerAddress(int connections) {
		return set("maxConnectionsPerAddress", () -> settings.maxConnectionsPerAddress(connections));
	}

	/**
	 * Set how many connections may be open at a time whose first request is not read yet, or whose opening handshake is not
	 * answered. Default 16,384. One more gets a 503, or is cut as with {@link #maxConnections}.
	 *
	 * @param handshakes 1 to 16,777,216
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder maxHandshakes(int handshakes) {
		return set("maxHandshakes", () -> settings.maxHandshakes(handshakes));
	}

	/**
	 * Set how sessions use permessage-deflate where their handler does not say otherwise; those of handlers of parts do not
	 * ({@link WebSocketHandler#supportsPartialMessages}). Default {@link Compression#DEFAULT}.
	 *
	 * @param compression the settings; {@link Compression#OFF} declines it
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder compression(Compression compression) {
		return set("compression", () -> settings.compression(compression));
	}

	/**
	 * Serve {@code wss} and {@code https} instead of {@code ws} and {@code http}. By default nothing is encrypted.
	 *
	 * @param tls the certificates; read at the start
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder tls(TlsSettings tls) {
		return set("tls", () -> settings.tls(TlsSettings.sources(tls)));
	}

	/**
	 * Set who answers requests that are no opening handshakes. By default nobody: they get 404, or 426 on the path of a
	 * WebSocket handler.
	 *
	 * @param handler the handler
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder httpHandler(HttpHandler handler) {
		return set("httpHandler", () -> settings.httpHandler(handler));
	}

	/**
	 * Stand before an HTTP server on this machine: it answers every request whose path has no handler here, and decides about
	 * opening handshakes. Default none. Not together with {@link #httpHandler}.
	 *
	 * @param upstream the server; it need not be there yet
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder upstream(Upstream upstream) {
		return set("upstream", () -> settings.upstream(Objects.requireNonNull(upstream, "upstream").settings()));
	}

	/**
	 * Set who runs callbacks that run on worker threads ({@link HandlerMode}) in place of the engine's own threads. The
	 * engine does not end it.
	 *
	 * @param executor has a thread of its own for each task that blocks, and never runs one inside of {@code execute}; what it
	 * rejects runs on the thread that drives the loop
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder executor(Executor executor) {
		return set("executor", () -> settings.pump().executor(executor));
	}

	/**
	 * Set the context class loader of the engine's threads, and of the callbacks of sessions that an upstream has accepted.
	 * Default: the one that is current at the start. Handlers that are registered here keep the one of {@link #addHandler}.
	 *
	 * @param classLoader the class loader
	 * @return this builder
	 * @since 0.1
	 */
	public WebSocketEngineBuilder contextClassLoader(ClassLoader classLoader) {
		return set("contextClassLoader", () -> settings.pump().contextClassLoader(classLoader));
	}

	/**
	 * Register a handler. The thread's context class loader is remembered and set again during its callbacks.
	 *
	 * @param handler serves all sessions of these paths
	 * @param paths one or more: exact like {@code /chat}, or with all below it like {@code /chat/**}; an exact path goes
	 * before a longer one with {@code /**}, that before a shorter one
	 * @return the registration, for settings of this handler, more handlers, and the start
	 * @throws IllegalArgumentException if there is no path, one is malformed or has a handler already
	 * @throws IllegalStateException if the engine was started
	 * @since 0.1
	 */
	public WebSocketHandlerRegistration addHandler(WebSocketHandler handler, String... paths) {
		requireNotStarted("addHandler");
		Objects.requireNonNull(handler, "handler");
		Objects.requireNonNull(paths, "paths");
		if (paths.length == 0) {
			throw new IllegalArgumentException("paths must name at least one path, like \"/chat\" or \"/chat/**\"");
		}
		List<HandlerPath> parsed = new ArrayList<>();
		for (int i = 0; i < paths.length; i++) {
			parsed.add(HandlerPath.parse(paths[i], "paths[" + i + "]"));
		}
		parsed.forEach(path -> this.paths.add(path, handler));
		WebSocketHandlerRegistration registration = new WebSocketHandlerRegistration(this, handler, List.copyOf(parsed));
		registrations.add(registration);
		return registration;
	}

	/**
	 * Bind the port and start serving. If it fails, nothing is left behind and it may be tried again.
	 *
	 * @return the running engine
	 * @throws IOException if the host cannot be resolved or the address not be bound (a {@link java.net.BindException} if
	 * the port is in use); names the address
	 * @throws IllegalArgumentException if {@link #sendLowWaterBytes} is above {@link #sendHighWaterBytes}
	 * @throws TlsSettingsException if a certificate or key cannot be used; names the file and the reason
	 * @throws NativeLibraryException if the native library cannot be loaded; tells cause and cure
	 * @throws IllegalStateException if this builder has started an engine already, or has both {@link #httpHandler} and
	 * {@link #upstream}
	 * @since 0.1
	 */
	public WebSocketEngine start() throws IOException {
		requireNotStarted("start");
		settings.requireOneHttpServer();
		PathTable<Endpoint> endpoints = new PathTable<>();
		for (WebSocketHandlerRegistration registration : registrations) {
			Endpoint endpoint = registration.toEndpoint(settings);
			registration.paths().forEach(path -> endpoints.add(path, endpoint));
		}
		EngineRuntime runtime = EngineStart.start(settings, endpoints);
		started = true;
		return new WebSocketEngine(runtime, settings.host(), settings.closeTimeout(), EngineTls.of(runtime));
	}

	void requireNotStarted(String method) {
		if (started) {
			throw new IllegalStateException(method + " comes too late: this builder has started its engine; set everything "
					+ "before start(), or make a second engine with WebSocketEngine.builder()");
		}
	}

	private WebSocketEngineBuilder set(String method, Runnable setting) {
		requireNotStarted(method);
		setting.run();
		return this;
	}
}
