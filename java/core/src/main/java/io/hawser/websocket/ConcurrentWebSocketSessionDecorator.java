package io.hawser.websocket;

import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A decorator for code that comes from Spring, where it makes a session safe for several senders. It passes
 * everything on and does nothing else: sessions of this engine take messages from any thread and follow the
 * engine's own overflow strategy, which counts bytes exactly where this class could only guess. Its limits are
 * kept for its getters and not applied; {@link WebSocketEngineBuilder#sendTimeLimit},
 * {@link WebSocketHandlerRegistration#setSendWaterMarks} and {@link WebSocketHandlerRegistration#setOverflowStrategy} are.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.handler.ConcurrentWebSocketSessionDecorator}.
 *
 * @since 0.1
 */
public class ConcurrentWebSocketSessionDecorator extends WebSocketSessionDecorator {
	/**
	 * What Spring's decorator does with a buffer that is full.
	 * @since 0.1
	 */
	public enum OverflowStrategy {
		/** Close the session. */
		TERMINATE,
		/** Drop the oldest messages. */
		DROP
	}

	private final int sendTimeLimit;
	private final int bufferSizeLimit;
	private final OverflowStrategy overflowStrategy;
	private volatile Consumer<WebSocketMessage<?>> messageCallback = message -> {
	};

	/**
	 * Create a decorator with {@link OverflowStrategy#TERMINATE}.
	 *
	 * @param delegate the session to wrap
	 * @param sendTimeLimit in milliseconds; not applied
	 * @param bufferSizeLimit in bytes; not applied
	 * @since 0.1
	 */
	public ConcurrentWebSocketSessionDecorator(WebSocketSession delegate, int sendTimeLimit, int bufferSizeLimit) {
		this(delegate, sendTimeLimit, bufferSizeLimit, OverflowStrategy.TERMINATE);
	}

	/**
	 * Create a decorator.
	 *
	 * @param delegate the session to wrap
	 * @param sendTimeLimit in milliseconds; not applied
	 * @param bufferSizeLimit in bytes; not applied
	 * @param overflowStrategy not applied
	 * @since 0.1
	 */
	public ConcurrentWebSocketSessionDecorator(WebSocketSession delegate, int sendTimeLimit, int bufferSizeLimit,
			OverflowStrategy overflowStrategy) {
		super(Objects.requireNonNull(delegate, "delegate"));
		this.sendTimeLimit = sendTimeLimit;
		this.bufferSizeLimit = bufferSizeLimit;
		this.overflowStrategy = Objects.requireNonNull(overflowStrategy, "overflowStrategy");
	}

	/**
	 * Return the limit given to the constructor.
	 * @return milliseconds; not applied
	 * @since 0.1
	 */
	public int getSendTimeLimit() {
		return sendTimeLimit;
	}

	/**
	 * Return the limit given to the constructor.
	 * @return bytes; not applied
	 * @since 0.1
	 */
	public int getBufferSizeLimit() {
		return bufferSizeLimit;
	}

	/**
	 * Return the strategy given to the constructor.
	 * @return the strategy; not applied
	 * @since 0.1
	 */
	public OverflowStrategy getOverflowStrategy() {
		return overflowStrategy;
	}

	/**
	 * Return {@link #getBufferedAmount()}.
	 * @return bytes, at most {@link Integer#MAX_VALUE}
	 * @since 0.1
	 */
	public int getBufferSize() {
		return (int) Math.min(getBufferedAmount(), Integer.MAX_VALUE);
	}

	/**
	 * Return how long the current send has been going on.
	 * @return always 0 milliseconds; a wait is limited by {@link WebSocketEngineBuilder#sendTimeLimit}
	 * @since 0.1
	 */
	public long getTimeSinceSendStarted() {
		return 0;
	}

	/**
	 * Set what is called with each message before it is sent, on the sender's thread.
	 *
	 * @param callback takes the message
	 * @since 0.1
	 */
	public void setMessageCallback(Consumer<WebSocketMessage<?>> callback) {
		messageCallback = Objects.requireNonNull(callback, "callback");
	}

	@Override
	public void sendMessage(WebSocketMessage<?> message) throws IOException {
		messageCallback.accept(message);
		super.sendMessage(message);
	}
}
