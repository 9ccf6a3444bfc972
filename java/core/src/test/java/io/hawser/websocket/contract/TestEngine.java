package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.EngineCounters;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketHandler;
import io.hawser.websocket.WebSocketHandlerRegistration;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * An engine on a free port with one handler on {@value #PATH}. Its {@link #close} is a test of its own: the engine must
 * end in time and have lost nothing.
 */
final class TestEngine implements AutoCloseable {
	static final String PATH = "/test";

	private final WebSocketEngine engine;

	private TestEngine(WebSocketEngine engine) {
		this.engine = engine;
	}

	/** Starts an engine with all defaults. */
	static TestEngine start(WebSocketHandler handler) throws IOException {
		return start(handler, (settings) -> { });
	}

	/** Starts an engine with one loop, so that all sessions share its carrier. */
	static TestEngine start(HandlerMode mode, WebSocketHandler handler) throws IOException {
		return start(handler, (settings) -> settings.setMode(mode).builder().loops(1));
	}

	/** Starts an engine with settings of the handler, or of the engine by way of its {@code builder()}. */
	static TestEngine start(WebSocketHandler handler, Consumer<WebSocketHandlerRegistration> settings)
			throws IOException {
		TestLog.start();
		WebSocketHandlerRegistration registration = WebSocketEngine.builder().loops(2).addHandler(handler, PATH);
		settings.accept(registration);
		return new TestEngine(registration.start());
	}

	WebSocketEngine engine() {
		return engine;
	}

	int port() {
		return engine.port();
	}

	EngineCounters counters() {
		return engine.counters();
	}

	@Override
	public void close() {
		assertTrue(engine.stop(Duration.ofSeconds(20)), "the engine ends in time");
		EngineCounters counters = engine.counters();
		assertEquals(0, counters.panics(), "panics");
		assertEquals(counters.sessionsOpened(), counters.sessionsClosed(), "every session that was opened is closed");
		assertEquals(0, counters.connectionsOpen(), "connections left open");
	}
}
