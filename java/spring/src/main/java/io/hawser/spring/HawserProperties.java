package io.hawser.spring;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.OverflowStrategy;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

/**
 * The settings {@code hawser.*}. Validates itself, so that a wrong value ends the start with Boot's own analysis: the
 * property, its value, where it was set and what is allowed. Knows nothing of servers.
 *
 * @param enabled Whether WebSockets are served by Hawser. If not, the application runs on its stock server.
 * @param port Port of the engine beside the server's own ("side port"); 0 for a free one. By default the engine serves
 * "server.port" and the server stands behind it.
 * @param loops Number of event loops, each with a thread of its own. Defaults to the available processors.
 * @param mode Which threads call handlers. Defaults to "adaptive", with virtual threads enabled to "workers".
 * @param workers Number of callbacks that may run at a time on worker threads, on a JVM without virtual threads.
 * @param maxConnections Number of connections that are served at a time, plain HTTP included.
 * @param maxTextMessageSize Largest inbound text message in bytes of UTF-8. Defaults to the limit of the server's WebSocket
 * container.
 * @param maxBinaryMessageSize Largest inbound binary message. Defaults to the limit of the server's WebSocket container.
 * @param send What may wait for peers that read slowly.
 * @param compression Compression of messages (permessage-deflate).
 * @param handshakeTimeout Time in which the head of a request must have arrived, a TLS handshake included.
 * @param answerTimeout Time in which the application must have answered an opening handshake.
 * @param closeTimeout Time of a closing handshake, waiting messages included.
 * @param drainTimeout Time that sessions have to close at a graceful shutdown.
 * @param requireEngine Whether requests that reach the server behind the engine by another way are answered 403.
 * @since 0.1
 */
@ConfigurationProperties("hawser")
public record HawserProperties(@DefaultValue("true") boolean enabled, Integer port, Integer loops, HandlerMode mode,
		Integer workers, @DefaultValue("1000000") int maxConnections, DataSize maxTextMessageSize,
		DataSize maxBinaryMessageSize, @DefaultValue Send send, @DefaultValue Compression compression,
		@DefaultValue("10s") Duration handshakeTimeout, @DefaultValue("30s") Duration answerTimeout,
		@DefaultValue("5s") Duration closeTimeout, @DefaultValue("10s") Duration drainTimeout,
		@DefaultValue("false") boolean requireEngine) implements Validator {

	/**
	 * What may wait for peers that read slowly.
	 *
	 * @param overflowStrategy What happens to a message when the high-water mark is reached.
	 * @param highWaterMark Bytes that may wait for one session before the overflow strategy decides.
	 * @param lowWaterMark Bytes below which senders that wait go on. Defaults to a quarter of the high-water mark.
	 * @param timeLimit Time that a sender, or what waits, may wait before the session is closed with 1013.
	 * @param maxBuffered Bytes that may wait for all sessions together. Defaults to a share of the JVM's memory.
	 * @since 0.1
	 */
	public record Send(@DefaultValue("block") OverflowStrategy overflowStrategy,
			@DefaultValue("1MB") DataSize highWaterMark, DataSize lowWaterMark,
			@DefaultValue("10s") Duration timeLimit, DataSize maxBuffered) {
	}

	/**
	 * Compression of messages (permessage-deflate).
	 *
	 * @param enabled Whether compression is agreed to when a client offers it.
	 * @param threshold Size from which on an outbound message is compressed.
	 * @param level Effort, from 1 (fast) to 9 (small).
	 * @param contextTakeover Whether messages may refer to those before them, for up to 420 KB of memory in each session.
	 * @since 0.1
	 */
	public record Compression(@DefaultValue("true") boolean enabled, @DefaultValue("128B") DataSize threshold,
			@DefaultValue("1") int level, @DefaultValue("false") boolean contextTakeover) {
	}

	@Override
	public boolean supports(Class<?> type) {
		return type == HawserProperties.class;
	}

	@Override
	public void validate(Object target, Errors errors) {
		new HawserPropertiesRanges((HawserProperties) target, errors).check();
	}
}
