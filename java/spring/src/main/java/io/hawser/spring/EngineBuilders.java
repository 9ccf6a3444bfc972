package io.hawser.spring;

import io.hawser.websocket.Compression;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.Upstream;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketEngineBuilder;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.springframework.context.ApplicationContext;

/** Turns the {@link HawserProperties} into the settings of an engine. Knows no server but the address behind the engine. */
final class EngineBuilders {
	/** Spring Boot's name for it; with virtual threads it starts one for each task. */
	private static final String APPLICATION_EXECUTOR = "applicationTaskExecutor";

	private EngineBuilders() {
	}

	/** Returns a builder that lacks its own address, port and certificates. */
	static WebSocketEngineBuilder of(HawserProperties properties, ApplicationContext context,
			InetSocketAddress upstream) {
		WebSocketEngineBuilder builder = WebSocketEngine.builder()
				.upstream(Upstream.at(upstream).answerTimeout(properties.answerTimeout()))
				.contextClassLoader(context.getClassLoader())
				.maxConnections(properties.maxConnections())
				.handshakeTimeout(properties.handshakeTimeout())
				.closeTimeout(properties.closeTimeout())
				.compression(compression(properties.compression()));
		threads(builder, properties, context);
		if (properties.loops() != null) {
			builder.loops(properties.loops());
		}
		if (properties.workers() != null) {
			builder.workers(properties.workers());
		}
		if (properties.maxTextMessageSize() != null) {
			builder.maxTextMessageBytes((int) properties.maxTextMessageSize().toBytes());
		}
		if (properties.maxBinaryMessageSize() != null) {
			builder.maxBinaryMessageBytes((int) properties.maxBinaryMessageSize().toBytes());
		}
		return send(builder, properties.send());
	}

	/** Virtual threads are the application's wish to block where it likes, on its own executor. */
	private static void threads(WebSocketEngineBuilder builder, HawserProperties properties, ApplicationContext context) {
		boolean virtual = Runtime.version().feature() >= 21
				&& context.getEnvironment().getProperty("spring.threads.virtual.enabled", Boolean.class, false);
		HandlerMode otherwise = virtual ? HandlerMode.WORKERS : HandlerMode.ADAPTIVE;
		builder.mode(properties.mode() != null ? properties.mode() : otherwise);
		if (virtual && context.containsBean(APPLICATION_EXECUTOR)
				&& context.getBean(APPLICATION_EXECUTOR) instanceof Executor executor) {
			builder.executor(executor);
		}
	}

	private static Compression compression(HawserProperties.Compression compression) {
		return !compression.enabled() ? Compression.OFF
				: Compression.DEFAULT.withThresholdBytes((int) compression.threshold().toBytes())
						.withLevel(compression.level()).withContextTakeover(compression.contextTakeover());
	}

	private static WebSocketEngineBuilder send(WebSocketEngineBuilder builder, HawserProperties.Send send) {
		int high = (int) send.highWaterMark().toBytes();
		builder.overflowStrategy(send.overflowStrategy()).sendTimeLimit(send.timeLimit()).sendHighWaterBytes(high);
		builder.sendLowWaterBytes(send.lowWaterMark() == null ? high / 4 : (int) send.lowWaterMark().toBytes());
		if (send.maxBuffered() != null) {
			builder.maxBufferedBytes(send.maxBuffered().toBytes());
		}
		return builder;
	}
}
