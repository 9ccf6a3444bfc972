package io.hawser.websocket.jar;

import io.hawser.websocket.AbstractWebSocketHandler;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/** An echo on {@code /test} that a foreign class loader can start and stop with the JDK's own types. */
public final class EchoLoader extends AbstractWebSocketHandler implements Supplier<Integer>, AutoCloseable {
	private WebSocketEngine engine;

	/** Starts the engine and returns its port. */
	@Override
	public Integer get() {
		try {
			engine = WebSocketEngine.builder().addHandler(this, "/test").start();
			return engine.port();
		} catch (IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
		session.sendMessage(new TextMessage(System.identityHashCode(getClass().getClassLoader()) + ":" + message.getPayload()));
	}

	@Override
	public void close() {
		engine.close();
	}
}
