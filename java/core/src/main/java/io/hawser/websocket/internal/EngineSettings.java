package io.hawser.websocket.internal;

import io.hawser.websocket.Compression;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.HttpHandler;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The settings of one engine, each checked when it is set; what they mean is said in the public builder. Knows nothing of
 * handlers' own settings.
 */
public final class EngineSettings {
	/** Smallest message limit: a control frame's payload must always fit. */
	static final int MIN_MESSAGE_BYTES = 125;

	/** Largest message limit: the longest array a JVM makes. */
	public static final int MAX_MESSAGE_BYTES = Integer.MAX_VALUE - 8;

	private static final int KIB = 1024;
	private static final long TIB = 1L << 40;
	/** Most that a count of connections or fragments may be set to. */
	private static final int MAX_COUNT = 1 << 24;
	private static final int GIB = KIB * KIB * KIB;
	private static final Duration MAX_DURATION = Duration.ofHours(1);

	String host = "127.0.0.1";
	int port;
	int backlog = 1024;
	int loops = Runtime.getRuntime().availableProcessors();
	HandlerMode mode = HandlerMode.ADAPTIVE;
	int workers = Math.max(16, 8 * Runtime.getRuntime().availableProcessors());
	int maxConnections = 1_000_000;
	Duration handshakeTimeout = Duration.ofSeconds(10);
	Duration closeTimeout = Duration.ofSeconds(5);
	int maxTextMessageBytes = 64 * KIB;
	int maxBinaryMessageBytes = 64 * KIB;
	int inboundWindowBytes = 64 * KIB;
	int maxHeadBytes = 16 * KIB;
	int maxHeaders = 100;
	int maxHttpBodyBytes = 64 * KIB;
	int maxFragments = 16_384;
	long maxHeldBytes = 256 * KIB * KIB;
	int maxControlFramesPerSecond = 500;
	int maxConnectionsPerAddress = MAX_COUNT;
	int maxHandshakes = 16_384;
	Compression compression = Compression.DEFAULT;
	private final OutboundSettings outbound = new OutboundSettings();
	private final PumpSettings pump = new PumpSettings();
	/** {@code null} serves without TLS. */
	TlsSources tls;
	HttpHandler httpHandler;
	/** {@code null} for an engine that stands alone. */
	UpstreamSettings upstream;
	/** Context class loader for the HTTP handler: the one that was current when it was set. */
	ClassLoader httpClassLoader;

	public void host(String host) {
		this.host = ListenHost.check(host);
	}

	public void port(int port) {
		this.port = range("port", port, 0, 65_535);
	}

	public void backlog(int backlog) {
		this.backlog = range("backlog", backlog, 1, 65_535);
	}

	public void loops(int loops) {
		this.loops = range("loops", loops, 1, 256);
	}

	public void mode(HandlerMode mode) {
		this.mode = Objects.requireNonNull(mode, "mode");
	}

	public void workers(int workers) {
		this.workers = range("workers", workers, 1, 10_000);
	}

	public PumpSettings pump() {
		return pump;
	}

	public void maxConnections(int maxConnections) {
		this.maxConnections = range("maxConnections", maxConnections, 1, MAX_COUNT);
	}

	public void handshakeTimeout(Duration timeout) {
		this.handshakeTimeout = range("handshakeTimeout", timeout);
	}

	public void closeTimeout(Duration timeout) {
		this.closeTimeout = range("closeTimeout", timeout);
	}

	public String host() {
		return host;
	}

	public Duration closeTimeout() {
		return closeTimeout;
	}

	public HandlerMode mode() {
		return mode;
	}

	public int maxTextMessageBytes() {
		return maxTextMessageBytes;
	}

	public int maxBinaryMessageBytes() {
		return maxBinaryMessageBytes;
	}

	public void maxTextMessageBytes(int bytes) {
		this.maxTextMessageBytes = messageLimit("maxTextMessageBytes", bytes);
	}

	public void maxBinaryMessageBytes(int bytes) {
		this.maxBinaryMessageBytes = messageLimit("maxBinaryMessageBytes", bytes);
	}

	public OutboundSettings outbound() {
		return outbound;
	}

	public void inboundWindowBytes(int bytes) {
		this.inboundWindowBytes = range("inboundWindowBytes", bytes, KIB, GIB);
	}

	public void maxHeadBytes(int bytes) {
		this.maxHeadBytes = range("maxHeadBytes", bytes, 256, KIB * KIB);
	}

	public void maxHeaders(int headers) {
		this.maxHeaders = range("maxHeaders", headers, 1, 1000);
	}

	public void maxHttpBodyBytes(int bytes) {
		this.maxHttpBodyBytes = range("maxHttpBodyBytes", bytes, 0, GIB);
	}

	public void httpHandler(HttpHandler handler) {
		this.httpHandler = Objects.requireNonNull(handler, "httpHandler");
		this.httpClassLoader = Thread.currentThread().getContextClassLoader();
	}

	public void upstream(UpstreamSettings upstream) {
		this.upstream = upstream;
	}

	/** Throws an exception if two would answer what is no opening handshake. */
	public void requireOneHttpServer() {
		if (httpHandler != null && upstream != null) {
			throw new IllegalStateException("httpHandler and upstream are both set; one of them can answer plain requests");
		}
	}

	public void maxFragments(int fragments) {
		this.maxFragments = range("maxFragments", fragments, 1, MAX_COUNT);
	}

	public void maxHeldBytes(long bytes) {
		if (bytes < KIB || bytes > TIB) {
			throw new IllegalArgumentException("maxHeldBytes must be " + KIB + " to " + TIB + ", not " + bytes);
		}
		this.maxHeldBytes = bytes;
	}

	public void maxControlFramesPerSecond(int frames) {
		this.maxControlFramesPerSecond = range("maxControlFramesPerSecond", frames, 1, 1_000_000);
	}

	public void maxConnectionsPerAddress(int connections) {
		this.maxConnectionsPerAddress = range("maxConnectionsPerAddress", connections, 1, MAX_COUNT);
	}

	public void maxHandshakes(int handshakes) {
		this.maxHandshakes = range("maxHandshakes", handshakes, 1, MAX_COUNT);
	}

	public void compression(Compression compression) {
		this.compression = Objects.requireNonNull(compression, "compression");
	}

	public Compression compression() {
		return compression;
	}

	public void tls(TlsSources tls) {
		this.tls = tls;
	}

	public TlsSources tls() {
		return tls;
	}

	/** Checks a limit of a message's size. */
	public static int messageLimit(String name, int bytes) {
		return range(name, bytes, MIN_MESSAGE_BYTES, MAX_MESSAGE_BYTES);
	}

	/**
	 * Returns the lines that the native side parses, with the paths that have handlers.
	 * @throws UnknownHostException if the host is a name that nobody knows
	 */
	byte[] toNativeConfig(List<HandlerPath> paths) throws UnknownHostException {
		String config = "host=" + ListenHost.resolve(host) + "\nport=" + port + "\nbacklog=" + backlog + "\nloops=" + loops
				+ "\nmax_connections=" + maxConnections + "\nmax_head_bytes=" + maxHeadBytes + "\nmax_headers=" + maxHeaders
				+ "\nhandshake_timeout_ms=" + handshakeTimeout.toMillis() + "\nclose_timeout_ms=" + closeTimeout.toMillis()
				+ outbound.toNativeConfig() + "\nmax_http_body_bytes=" + maxHttpBodyBytes
				+ "\nmax_fragments=" + maxFragments + "\nmax_held_bytes=" + maxHeldBytes
				+ "\nmax_control_frames_per_second=" + maxControlFramesPerSecond
				+ "\nmax_connections_per_address=" + maxConnectionsPerAddress + "\nmax_handshakes=" + maxHandshakes
				+ (upstream == null ? "" : upstream.toNativeConfig(paths))
				+ "\ntest_hooks=" + (Boolean.getBoolean("hawser.test.hooks") ? 1 : 0)
				+ "\nlog_level=" + EngineLog.nativeLevel() + "\n";
		return config.getBytes(StandardCharsets.UTF_8);
	}

	/** Checks a number. */
	public static int range(String name, int value, int min, int max) {
		if (value < min || value > max) {
			throw new IllegalArgumentException(name + " must be " + min + " to " + max + ", not " + value);
		}
		return value;
	}

	/** Checks a time. */
	public static Duration range(String name, Duration value) {
		Objects.requireNonNull(value, name);
		if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(MAX_DURATION) > 0) {
			throw new IllegalArgumentException(name + " must be 1 ms to " + MAX_DURATION.toHours() + " h, not " + value);
		}
		return value;
	}
}
