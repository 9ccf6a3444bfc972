package io.hawser.websocket.internal;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.Compression;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.TextWebSocketHandler;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.util.List;

/**
 * Serves {@code /test}: panics inside a connection when it says {@code panic}, tells the counter when it says
 * {@code count}, echoes anything else. Lives in this package because the trigger is not public; started with
 * {@code -Dhawser.test.hooks=true} by the tests of the jar.
 */
public final class PanicProgram extends TextWebSocketHandler {
	private volatile EngineRuntime engine;

	private PanicProgram() {
	}

	public static void main(String[] args) throws Exception {
		PanicProgram handler = new PanicProgram();
		EngineSettings settings = new EngineSettings();
		settings.loops(1);
		PathTable<Endpoint> endpoints = new PathTable<>();
		endpoints.add(HandlerPath.parse("/test", "path"), new Endpoint(handler, PanicProgram.class.getClassLoader(),
				HandlerMode.valueOf(args[0]), OriginPolicy.sameOrigin(), List.of(), null, 65_536, 65_536, Compression.OFF,
				Compression.OFF, settings.outbound().limits()));
		handler.engine = EngineStart.start(settings, endpoints);
		System.out.println("port " + handler.engine.port());
		handler.engine.awaitEnd();
	}

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
		switch (message.getPayload()) {
			case "panic" -> NativeEngine.panicForTest(engine.id(), ((NativeSession) session).nativeId());
			case "count" -> session.sendMessage(new TextMessage(engine.counters().panics() + " panics"));
			default -> session.sendMessage(message);
		}
	}

	@Override
	public void handleTransportError(WebSocketSession session, Throwable exception) {
		System.out.println("error " + exception.getMessage());
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		System.out.println("closed " + status.getCode());
	}
}
