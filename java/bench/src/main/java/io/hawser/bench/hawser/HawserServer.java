package io.hawser.bench.hawser;

import io.hawser.bench.BenchArguments;
import io.hawser.websocket.Compression;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketEngineBuilder;
import java.io.IOException;
import java.util.Locale;

/**
 * Hawser with one loop, as the server has one core; every setting that is not an argument is its default. {@code --mode adaptive},
 * {@code inline} or {@code workers} says which threads call the handlers, {@code --no-move} keeps those that block where they are.
 */
public final class HawserServer {
	static final String TOPIC = "bench";
	private static final long LOOK_EVERY_MS = 100;

	private HawserServer() {
	}

	/** Serves until the process ends. */
	public static void main(String[] args) throws IOException, InterruptedException {
		BenchArguments arguments = new BenchArguments(args, "--mode", "--no-move");
		WebSocketEngineBuilder builder = WebSocketEngine.builder().port(arguments.port()).loops(1)
				.moveBlockingHandlers(!arguments.has("--no-move"))
				.compression(arguments.deflate() ? Compression.DEFAULT : Compression.OFF);
		if (arguments.has("--mode")) {
			builder.mode(HandlerMode.valueOf(arguments.text("--mode", "").toUpperCase(Locale.ROOT)));
		}
		builder.addHandler(new EchoHandler(), "/echo").setAllowedOrigins("*");
		builder.addHandler(new SleepingEchoHandler(), "/sleep").setAllowedOrigins("*");
		builder.addHandler(new SubscribeHandler(), "/subscribe").setAllowedOrigins("*");
		builder.addHandler(new PublishHandler(), "/publish").setAllowedOrigins("*");
		WebSocketEngine engine = builder.start();
		BenchArguments.ready("Hawser", engine.port());
		if (arguments.has("--mode")) {
			awaitMove(engine);
		}
		engine.awaitStop();
	}

	/** Prints a line when a handler has been moved: what is measured then is not what was before. */
	private static void awaitMove(WebSocketEngine engine) throws InterruptedException {
		while (engine.counters().handlersMoved() == 0) {
			Thread.sleep(LOOK_EVERY_MS);
		}
		System.out.println("handlers moved to workers: " + engine.counters().handlersMoved());
	}
}
