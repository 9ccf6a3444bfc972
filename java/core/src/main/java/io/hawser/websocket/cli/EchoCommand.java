package io.hawser.websocket.cli;

import io.hawser.websocket.Compression;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.NativeLibraryException;
import io.hawser.websocket.TlsSettings;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketEngineBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** {@code echo}: serves an {@link EchoHandler} until the process ends, for conformance runs and benchmarks. */
final class EchoCommand {
	private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

	/** Room for a few of the largest messages: a client that sends ahead must not be cut for it. */
	private static final int SEND_HIGH_WATER_BYTES = 4 * MAX_MESSAGE_BYTES;

	/** Conformance suites send messages in very small frames. */
	private static final int MAX_FRAGMENTS = 1_000_000;

	private EchoCommand() {
	}

	static int run(Arguments arguments, PrintStream out, PrintStream err) {
		String path = arguments.text("path", "/echo");
		try (WebSocketEngine engine = builder(arguments).addHandler(new EchoHandler(), path).setAllowedOrigins("*").start()) {
			out.println("echo on " + engine.address().replaceFirst("^http", "ws").replaceFirst("/$", "") + path);
			engine.awaitStop();
			return Main.DONE;
		} catch (IllegalArgumentException e) {
			throw new UsageException(e.getMessage());
		} catch (IOException | NativeLibraryException e) {
			err.println(e.getMessage());
			return Main.FAILED;
		} catch (InterruptedException e) {
			Thread.currentThread().interrupt();
			return Main.FAILED;
		}
	}

	private static WebSocketEngineBuilder builder(Arguments arguments) {
		WebSocketEngineBuilder builder = WebSocketEngine.builder().port(arguments.number("port"))
				.host(arguments.text("host", "127.0.0.1")).mode(mode(arguments.text("mode", "adaptive")))
				.maxTextMessageBytes(MAX_MESSAGE_BYTES).maxBinaryMessageBytes(MAX_MESSAGE_BYTES)
				.sendHighWaterBytes(SEND_HIGH_WATER_BYTES).maxFragments(MAX_FRAGMENTS).compression(compression(arguments));
		if (arguments.has("tls-certificate") || arguments.has("tls-key")) {
			builder.tls(TlsSettings.ofPem(Path.of(arguments.text("tls-certificate")), Path.of(arguments.text("tls-key"))));
		}
		int loops = arguments.number("loops", Runtime.getRuntime().availableProcessors());
		return builder.loops(loops);
	}

	private static Compression compression(Arguments arguments) {
		boolean contextTakeover = arguments.has("context-takeover");
		if (arguments.has("deflate")) {
			return Compression.DEFAULT.withContextTakeover(contextTakeover);
		}
		if (contextTakeover) {
			throw new UsageException("--context-takeover means nothing without --deflate");
		}
		return Compression.OFF;
	}

	private static HandlerMode mode(String name) {
		return switch (name) {
			case "adaptive" -> HandlerMode.ADAPTIVE;
			case "inline" -> HandlerMode.INLINE;
			case "workers" -> HandlerMode.WORKERS;
			default -> throw new UsageException("--mode must be adaptive, inline or workers, not '" + name + "'");
		};
	}
}
