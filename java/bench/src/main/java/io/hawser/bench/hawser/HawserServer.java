package io.hawser.bench.hawser;

import io.hawser.bench.BenchArguments;
import io.hawser.websocket.Compression;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketEngineBuilder;
import java.io.IOException;
import java.util.Locale;

/** Hawser with one loop, as the server has one core; every setting that is not an argument is its default. */
public final class HawserServer {
	private HawserServer() {
	}

	/** Serves until the process ends. */
	public static void main(String[] args) throws IOException, InterruptedException {
		BenchArguments arguments = new BenchArguments(args, "--mode", "--no-move");
		WebSocketEngineBuilder builder = WebSocketEngine.builder().port(arguments.port()).loops(1)
				.mode(HandlerMode.valueOf(arguments.text("--mode", "inline").toUpperCase(Locale.ROOT)))
				.compression(arguments.deflate() ? Compression.DEFAULT : Compression.OFF);
		if (arguments.has("--no-move")) {
			throw new IllegalArgumentException("--no-move: not yet");
		}
		builder.addHandler(new EchoHandler(), "/echo").setAllowedOrigins("*");
		builder.addHandler(new SleepingEchoHandler(), "/sleep").setAllowedOrigins("*");
		WebSocketEngine engine = builder.start();
		BenchArguments.ready("Hawser", engine.port());
		engine.awaitStop();
	}
}
