package io.hawser.websocket;

import io.hawser.websocket.internal.Endpoint;
import io.hawser.websocket.internal.EngineSettings;
import io.hawser.websocket.internal.HandlerPath;
import io.hawser.websocket.internal.OriginPolicy;
import io.hawser.websocket.internal.OutboundLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The settings of one registered handler; what is not set here is as the builder says. Used by one thread, until the
 * engine is started.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.config.annotation.WebSocketHandlerRegistration}.
 *
 * @since 0.1
 */
public final class WebSocketHandlerRegistration {
	private final WebSocketEngineBuilder builder;
	private final WebSocketHandler handler;
	private final List<HandlerPath> paths;
	private final ClassLoader classLoader = Thread.currentThread().getContextClassLoader();
	private final List<HandshakeInterceptor> interceptors = new ArrayList<>();
	private OriginPolicy origins = OriginPolicy.sameOrigin();
	private HandlerMode mode;
	private UserResolver userResolver;
	private Integer maxTextMessageBytes;
	private Integer maxBinaryMessageBytes;
	private Compression compression;
	private OverflowStrategy overflowStrategy;
	private Integer sendLowWaterBytes;
	private Integer sendHighWaterBytes;

	WebSocketHandlerRegistration(WebSocketEngineBuilder builder, WebSocketHandler handler, List<HandlerPath> paths) {
		this.builder = builder;
		this.handler = handler;
		this.paths = paths;
	}

	/**
	 * Allow web pages of these origins to open sessions, in place of those set before. Pages of the engine's own origin
	 * and clients that send no {@code Origin} always may.
	 *
	 * @param origins each like {@code https://example.org}, with the port if it is not the default; {@code *} for all
	 * @return this registration
	 * @throws IllegalArgumentException if one of them is no origin
	 * @throws IllegalStateException if the engine was started
	 * @since 0.1
	 */
	public WebSocketHandlerRegistration setAllowedOrigins(String... origins) {
		builder.requireNotStarted("setAllowedOrigins");
		this.origins = this.origins.withAllowedOrigins(origins);
		return this;
	}

	/**
	 * Allow web pages of origins that match a pattern, beside those of {@link #setAllowedOrigins}.
	 *
	 * @param originPatterns each like {@code https://*.example.org} or {@code http://localhost:[*]}
	 * @return this registration
	 * @throws IllegalArgumentException if one of them cannot be read
	 * @throws IllegalStateException if the engine was started
	 * @since 0.1
	 */
	public WebSocketHandlerRegistration setAllowedOriginPatterns(String... originPatterns) {
		builder.requireNotStarted("setAllowedOriginPatterns");
		this.origins = origins.withAllowedOriginPatterns(originPatterns);
		return this;
	}

	/**
	 * Add interceptors, which run in this order before the opening handshake is answered.
	 *
	 * @param interceptors the interceptors
	 * @return this registration
	 * @throws IllegalStateException if the engine was started
	 * @since 0.1
	 */
	public WebSocketHandlerRegistration addInterceptors(HandshakeInterceptor... interceptors) {
		builder.requireNotStarted("addInterceptors");
		Objects.requireNonNull(interceptors, "interceptors");
		for (int i = 0; i < interceptors.length; i++) {
			Objects.requireNonNull(interceptors[i], "interceptors[" + i + "]");
		}
		this.interceptors.addAll(List.of(interceptors));
		return this;
	}

	/**
	 * Set which threads call this handler.
	 *
	 * @param mode the mode; the default is the builder's
	 * @return this registration
	 * @throws IllegalStateException if the engine was started
	 * @since 0.1
	 */
	public WebSocketHandlerRegistration setMode(HandlerMode mode) {
		builder.requireNotStarted("setMode");
		this.mode = Objects.requireNonNull(mode, "mode");
		return this;
	}

	/**
	 * Set who says which user a session belongs to.
	 *
	 * @param userResolver asked once per session, after the interceptors; by default only clients with a certificate
	 * have a user
	 * @return this registration
	 * @throws IllegalStateException if the engine was started
	 * @since 0.1
	 */
	public WebSocketHandlerRegistration determineUser(UserResolver userResolver) {
		builder.requireNotStarted("determineUser");
		this.userResolver = Objects.requireNonNull(userResolver, "userResolver");
		return this;
	}

	/**
	 * Set the largest inbound text message of new sessions; one byte more closes with 1009.
	 *
	 * @param bytes 125 to 2,147,483,639 bytes of UTF-8; the default is the builder's
	 * @return this registration
	 * @throws IllegalArgumentException if the limit is outside that range
	 * @throws IllegalStateException if the engine was started
	 * @since 0.1
	 */
	public WebSocketHandlerRegistration setMaxTextMessageBytes(int bytes) {
		builder.requireNotStarted("setMaxTextMessageBytes");
		this.maxTextMessageBytes = EngineSettings.messageLimit("maxTextMessageBytes", bytes);
		return this;
	}

	/**
	 * Set the largest inbound binary message of new sessions; one byte more closes with 1009.
	 *
	 * @param bytes 125 to 2,147,483,639; the default is the builder's
	 * @return this registration
	 * @throws IllegalArgumentException if the limit is outside that range
	 * @throws IllegalStateException if the engine was started
	 * @since 0.1
	 */
	public WebSocketHandlerRegistration setMaxBinaryMessageBytes(int bytes) {
		builder.requireNotStarted("setMaxBinaryMessageBytes");
		this.maxBinaryMessageBytes = EngineSettings.messageLimit("maxBinaryMessageBytes", bytes);
		return this;
	}

	/**
	 * Set how sessions of this handler use permessage-deflate; {@link Compression#OFF} declines it. A handler that takes
	 * messages in parts ({@link WebSocketHandler#supportsPartialMessages}) has compression only if it is set here, and then
	 * gets each compressed message as one part, up to the limits for whole messages.
	 *
	 * @param compression the settings; the default is the builder's, for a handler of parts {@link Compression#OFF}
	 * @return this registration
	 * @throws IllegalStateException if the engine was started
	 * @since 0.1
	 */
	public WebSocketHandlerRegistration setCompression(Compression compression) {
		builder.requireNotStarted("setCompression");
		this.compression = Objects.requireNonNull(compression, "compression");
		return this;
	}

	/**
	 * Set what happens when a peer of this handler does not read.
	 *
	 * @param overflowStrategy the strategy; the default is the builder's
	 * @return this registration
	 * @throws IllegalStateException if the engine was started
	 * @since 0.1
	 */
	public WebSocketHandlerRegistration setOverflowStrategy(OverflowStrategy overflowStrategy) {
		builder.requireNotStarted("setOverflowStrategy");
		this.overflowStrategy = Objects.requireNonNull(overflowStrategy, "overflowStrategy");
		return this;
	}

	/**
	 * Set {@link WebSocketEngineBuilder#sendLowWaterBytes} and {@link WebSocketEngineBuilder#sendHighWaterBytes} for this handler.
	 *
	 * @param lowWaterBytes 1 to 1,073,741,824
	 * @param highWaterBytes 1,024 to 1,073,741,824
	 * @return this registration
	 * @throws IllegalArgumentException if one is outside its range, or the low mark above the high one
	 * @throws IllegalStateException if the engine was started
	 * @since 0.1
	 */
	public WebSocketHandlerRegistration setSendWaterMarks(int lowWaterBytes, int highWaterBytes) {
		builder.requireNotStarted("setSendWaterMarks");
		OutboundLimits.lowWater("lowWaterBytes", lowWaterBytes);
		this.sendHighWaterBytes = OutboundLimits.highWater("highWaterBytes", highWaterBytes, "lowWaterBytes", lowWaterBytes);
		this.sendLowWaterBytes = lowWaterBytes;
		return this;
	}

	/**
	 * Register another handler; see {@link WebSocketEngineBuilder#addHandler}.
	 *
	 * @param handler the handler
	 * @param paths its paths
	 * @return the registration of that handler
	 * @since 0.1
	 */
	public WebSocketHandlerRegistration addHandler(WebSocketHandler handler, String... paths) {
		return builder.addHandler(handler, paths);
	}

	/**
	 * Return the builder, for settings of the whole engine.
	 * @return the builder this registration came from
	 * @since 0.1
	 */
	public WebSocketEngineBuilder builder() {
		return builder;
	}

	/**
	 * Start the engine; see {@link WebSocketEngineBuilder#start()}.
	 *
	 * @return the running engine
	 * @throws IOException as the builder's
	 * @since 0.1
	 */
	public WebSocketEngine start() throws IOException {
		return builder.start();
	}

	List<HandlerPath> paths() {
		return paths;
	}

	Endpoint toEndpoint(EngineSettings settings) {
		return new Endpoint(handler, classLoader, mode != null ? mode : settings.mode(), origins,
				List.copyOf(interceptors), userResolver,
				maxTextMessageBytes != null ? maxTextMessageBytes : settings.maxTextMessageBytes(),
				maxBinaryMessageBytes != null ? maxBinaryMessageBytes : settings.maxBinaryMessageBytes(),
				compression != null ? compression : settings.compression(), compression != null ? compression : Compression.OFF,
				outboundLimits(settings.outbound().limits()));
	}

	private OutboundLimits outboundLimits(OutboundLimits common) {
		return new OutboundLimits(sendLowWaterBytes != null ? sendLowWaterBytes : common.lowWaterBytes(),
				sendHighWaterBytes != null ? sendHighWaterBytes : common.highWaterBytes(),
				overflowStrategy != null ? overflowStrategy : common.overflowStrategy());
	}
}
