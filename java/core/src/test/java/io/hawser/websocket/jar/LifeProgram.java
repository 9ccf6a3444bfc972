package io.hawser.websocket.jar;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.TextWebSocketHandler;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketSession;
import io.hawser.websocket.contract.RawClient;
import java.io.IOException;
import java.time.Duration;

/**
 * A server as users write one, on {@code /test}. Its first argument says what {@code main} does then: {@code serve} waits
 * for the end, {@code return} opens a session and returns. Messages say what its handler does.
 */
public final class LifeProgram extends TextWebSocketHandler {
	private volatile WebSocketEngine engine;

	private LifeProgram() {
	}

	public static void main(String[] args) throws Exception {
		LifeProgram handler = new LifeProgram();
		WebSocketEngine engine = WebSocketEngine.builder().loops(2).mode(HandlerMode.valueOf(args[1]))
				.addHandler(handler, "/test").start();
		handler.engine = engine;
		if (args[0].equals("return")) {
			RawClient client = RawClient.connect(engine.port(), "/test");
			client.sendText("hello");
			System.out.println("echo " + client.readText());
			System.out.println("main returns");
			return;
		}
		System.out.println("port " + engine.port());
		engine.awaitStop();
		System.out.println("ended with " + engine.counters().sessionsClosed() + " sessions closed");
	}

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
		switch (message.getPayload()) {
			case "close" -> session.close(new CloseStatus(4000, "asked for"));
			case "stop" -> System.out.println("stop returned " + engine.stop(Duration.ofSeconds(10)));
			case "exit" -> System.exit(7);
			default -> session.sendMessage(message);
		}
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		System.out.println("closed " + status.getCode());
	}
}
