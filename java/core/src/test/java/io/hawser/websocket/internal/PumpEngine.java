package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.Compression;
import io.hawser.websocket.EngineCounters;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.WebSocketHandler;
import io.hawser.websocket.contract.Await;
import io.hawser.websocket.contract.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** An engine with one loop and one handler on {@code /test}, with settings that the public builder does not have. */
final class PumpEngine implements AutoCloseable {
	private static final String PATH = "/test";

	final EngineRuntime engine;

	private PumpEngine(EngineRuntime engine) {
		this.engine = engine;
	}

	static PumpEngine start(HandlerMode mode, WebSocketHandler handler, Consumer<EngineSettings> changes) throws IOException {
		EngineSettings settings = new EngineSettings();
		settings.loops(1);
		changes.accept(settings);
		PathTable<Endpoint> endpoints = new PathTable<>();
		endpoints.add(HandlerPath.parse(PATH, "path"), new Endpoint(handler, PumpEngine.class.getClassLoader(), mode,
				OriginPolicy.sameOrigin(), List.of(), null, 65_536, 65_536, Compression.OFF, Compression.OFF,
				settings.outbound().limits()));
		return new PumpEngine(EngineStart.start(settings, endpoints));
	}

	static PumpEngine start(HandlerMode mode, WebSocketHandler handler) throws IOException {
		return start(mode, handler, (settings) -> { });
	}

	RawClient connect() throws IOException {
		return RawClient.connect(engine.port(), PATH);
	}

	EngineCounters counters() {
		return engine.counters();
	}

	/** Returns the names of its live threads behind the common prefix, in order. */
	List<String> threads() {
		String prefix = "hawser-" + engine.port() + "-";
		return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).map(Thread::getName)
				.filter((name) -> name.startsWith(prefix)).map((name) -> name.substring(prefix.length())).sorted().toList();
	}

	/** Waits until the watchdog has looked a few times more, so that what it would do it has done. */
	void awaitLooks() throws Exception {
		long before = engine.watchdog().ticks();
		Await.until("the watchdog looks", () -> engine.watchdog().ticks() >= before + 10);
	}

	@Override
	public void close() {
		assertTrue(engine.stop(Duration.ofSeconds(20)), "the engine ends in time");
		assertEquals(0, counters().panics(), "panics");
		assertEquals(counters().sessionsOpened(), counters().sessionsClosed(), "every session that was opened is closed");
		assertEquals(List.of(), threads());
	}
}
