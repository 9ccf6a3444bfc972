package io.hawser.websocket;

import io.hawser.websocket.internal.EngineRuntime;
import io.hawser.websocket.internal.EngineTls;
import io.hawser.websocket.internal.NativeLibrary;
import io.hawser.websocket.internal.TlsSources;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;

/**
 * A running WebSocket server on one port.
 *
 * <pre>{@code
 * WebSocketEngine engine = WebSocketEngine.builder().port(8080)
 *         .addHandler(new ChatHandler(), "/chat").setAllowedOrigins("https://example.org")
 *         .start();
 * engine.awaitStop();
 * }</pre>
 *
 * <p><b>Threads:</b> all methods may be called from any thread, also inside a callback, where {@link #stop} and
 * {@link #close} only start the stop, and waiting is refused. The engine's own threads are daemons: nothing of it keeps
 * a JVM from ending, so a {@code main} that should serve calls {@link #awaitStop()}.
 * <p>Several engines may run in one JVM. One that has ended is not started again: build another. Over 250 lines for its
 * documentation.
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public final class WebSocketEngine implements AutoCloseable {
	private final EngineRuntime runtime;
	private final String host;
	private final Duration closeTimeout;
	/** {@code null} without TLS. */
	private final EngineTls tls;

	WebSocketEngine(EngineRuntime runtime, String host, Duration closeTimeout, EngineTls tls) {
		this.runtime = runtime;
		this.host = host;
		this.closeTimeout = closeTimeout;
		this.tls = tls;
	}

	/**
	 * Return a builder with all defaults.
	 * @return a new builder
	 * @since 0.1
	 */
	public static WebSocketEngineBuilder builder() {
		return new WebSocketEngineBuilder();
	}

	/**
	 * Return the version of Hawser.
	 * @return like {@code 0.1.0}, with a native library or without one
	 * @since 0.1
	 */
	public static String version() {
		return NativeLibrary.classesVersion();
	}

	/**
	 * Return why no engine can be started in this JVM, for those who have something else to serve with. The first call loads the
	 * native library if nothing else has, and keeps what came of it.
	 *
	 * @return what every start would throw, with cause and cure; empty if the native library is there
	 * @since 0.1
	 */
	public static Optional<NativeLibraryException> unavailabilityCause() {
		return Optional.ofNullable(NativeLibrary.unavailabilityCause());
	}

	/**
	 * Return the TCP port that was bound; where the builder said 0, the one the system chose.
	 * @return 1 to 65535, also after the stop
	 * @since 0.1
	 */
	public int port() {
		return runtime.port();
	}

	/**
	 * Return the host as it was given to the builder.
	 * @return a name or an address, an IPv6 address without brackets
	 * @since 0.1
	 */
	public String host() {
		return host;
	}

	/**
	 * Return the address for people and clients.
	 * @return like {@code http://127.0.0.1:8080/} or {@code http://[::1]:8080/}; with TLS {@code https}
	 * @since 0.1
	 */
	public String address() {
		String shown = host.indexOf(':') < 0 ? host : "[" + host + "]";
		return (tls == null ? "http" : "https") + "://" + shown + ":" + port() + "/";
	}

	/**
	 * Return the sessions that are open at this moment.
	 * @return a copy; a session of it may have closed meanwhile
	 * @since 0.1
	 */
	public Collection<WebSocketSession> sessions() {
		return runtime.openSessions();
	}

	/**
	 * Return what the engine has counted so far.
	 * @return the counters; after the end, the last ones
	 * @since 0.1
	 */
	public EngineCounters counters() {
		return runtime.counters();
	}

	/**
	 * Publish a message to all sessions that have subscribed to a topic ({@link WebSocketSession#subscribe}). It is encoded
	 * once, compressed at most once for each set of settings, and never waits: for each subscriber whose peer does not read
	 * its own {@link OverflowStrategy} decides, where {@link OverflowStrategy#BLOCK} acts as
	 * {@link OverflowStrategy#TERMINATE}. Messages that one thread publishes or sends come to each subscriber in that order.
	 * A loop for which 64 MiB of publications wait takes no more: its subscribers miss the message whatever their strategy,
	 * stay open and are not told; {@link EngineCounters#droppedNewest} counts them.
	 *
	 * @param topic the topic, 1 to 255 bytes of UTF-8
	 * @param message a whole text or binary message
	 * @return for how many subscribers it was queued at this moment; 0, nobody, is no error
	 * @throws IllegalArgumentException if the topic has another length or half of a surrogate pair, or the message is of
	 * another type or a part; names which
	 * @throws IllegalStateException if the engine has ended
	 * @since 0.1
	 */
	public int publish(String topic, WebSocketMessage<?> message) {
		return runtime.topics().publish(topic, message);
	}

	/**
	 * Publish a message to all subscribers of a topic but one session; else as {@link #publish(String, WebSocketMessage)}.
	 *
	 * @param topic the topic
	 * @param message a whole text or binary message
	 * @param excludingSession a session of this engine, decorated or not, open or closed, subscribed or not
	 * @return how many subscribers it was published to
	 * @throws IllegalArgumentException also if the session is not one of this engine
	 * @throws IllegalStateException if the engine has ended
	 * @since 0.1
	 */
	public int publish(String topic, WebSocketMessage<?> message, WebSocketSession excludingSession) {
		return runtime.topics().publish(topic, message, excludingSession);
	}

	/**
	 * Publish a message with options; else as {@link #publish(String, WebSocketMessage)}.
	 *
	 * @param topic the topic
	 * @param message a whole text or binary message
	 * @param options the options
	 * @return how many subscribers it was published to
	 * @throws IllegalArgumentException also if the session that is left out is not one of this engine
	 * @throws IllegalStateException if the engine has ended
	 * @since 0.1
	 */
	public int publish(String topic, WebSocketMessage<?> message, PublishOptions options) {
		return runtime.topics().publish(topic, message, options);
	}

	/**
	 * Return how many sessions have subscribed to a topic.
	 *
	 * @param topic the topic, 1 to 255 bytes of UTF-8
	 * @return the number at this moment; 0 after the end
	 * @throws IllegalArgumentException if the topic has another length, or half of a surrogate pair
	 * @since 0.1
	 */
	public int subscribers(String topic) {
		return runtime.topics().subscribers(topic);
	}

	/**
	 * Return what the server behind this engine may ask about its connections.
	 *
	 * @return the connections
	 * @throws IllegalStateException if the engine was started without {@link WebSocketEngineBuilder#upstream}
	 * @since 0.1
	 */
	public UpstreamConnections upstreamConnections() {
		if (!runtime.upgrades().areAsked()) {
			throw new IllegalStateException("this engine has no upstream; give its builder upstream(...) before the start");
		}
		return new UpstreamConnections(runtime);
	}

	/**
	 * Read the same certificate, key and trust files again and use them for new connections; open sessions go on. Call it
	 * when a certificate was renewed. If anything is wrong with one of them, nothing is changed.
	 *
	 * @throws TlsSettingsException if a certificate or key cannot be used; names the file and the reason
	 * @throws IllegalStateException if the engine was started without {@link WebSocketEngineBuilder#tls}, or has ended
	 * @since 0.1
	 */
	public void reloadTls() throws TlsSettingsException {
		requireTls().reload();
	}

	/**
	 * Use other certificates for new connections; open sessions go on. If anything is wrong with them, nothing is changed.
	 *
	 * @param settings the new settings, also for the next {@link #reloadTls()}
	 * @throws TlsSettingsException if a certificate or key cannot be used; names the file and the reason
	 * @throws IllegalStateException if the engine was started without {@link WebSocketEngineBuilder#tls}, or has ended
	 * @since 0.1
	 */
	public void reloadTls(TlsSettings settings) throws TlsSettingsException {
		TlsSources sources = TlsSettings.sources(settings);
		requireTls().reload(sources);
	}

	/**
	 * Stop: no more connections, 1001 to every session, each handler's {@code afterConnectionClosed}, all threads ended,
	 * the port free. What has not ended shortly before the time is up is cut. Idempotent.
	 * <p>Inside a callback of this engine it only starts the stop and returns at once: the engine cannot end before that
	 * callback has returned.
	 *
	 * @param timeout the time for all of it, to the millisecond; 0 cuts all connections at once
	 * @return whether all has ended; {@code false} inside a callback, if the time was too short because a callback does
	 * not return (it is logged, and the stop goes on), or if the thread was interrupted (its flag is then set)
	 * @throws IllegalArgumentException if the time is negative
	 * @since 0.1
	 */
	public boolean stop(Duration timeout) {
		return runtime.stop(notNegative(timeout));
	}

	/**
	 * Wait until the engine has ended, whoever stops it. Returns at once after that.
	 *
	 * @throws InterruptedException if the thread is interrupted; the engine goes on
	 * @throws IllegalStateException inside a callback of this engine
	 * @since 0.1
	 */
	public void awaitStop() throws InterruptedException {
		runtime.awaitEnd();
	}

	/**
	 * Wait until the engine has ended, but not longer than a time.
	 *
	 * @param timeout the longest time to wait
	 * @return whether the engine has ended
	 * @throws InterruptedException if the thread is interrupted; the engine goes on
	 * @throws IllegalArgumentException if the time is negative
	 * @throws IllegalStateException inside a callback of this engine
	 * @since 0.1
	 */
	public boolean awaitStop(Duration timeout) throws InterruptedException {
		return runtime.awaitEnd(notNegative(timeout));
	}

	/**
	 * Stop within the builder's {@link WebSocketEngineBuilder#closeTimeout(Duration)}, as {@link #stop} does.
	 * @since 0.1
	 */
	@Override
	public void close() {
		runtime.stop(closeTimeout);
	}

	@Override
	public String toString() {
		return "WebSocketEngine[" + address() + "]";
	}

	private EngineTls requireTls() {
		if (tls == null) {
			throw new IllegalStateException("this engine serves without TLS; give its builder tls(...) before the start");
		}
		return tls;
	}

	private static Duration notNegative(Duration timeout) {
		if (Objects.requireNonNull(timeout, "timeout").isNegative()) {
			throw new IllegalArgumentException("timeout must not be negative, but is " + timeout);
		}
		return timeout;
	}
}
