package io.hawser.websocket.jar;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.TextWebSocketHandler;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketSession;
import io.hawser.websocket.contract.Frame;
import io.hawser.websocket.contract.RawClient;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Starts and stops engines that each serve a session, and prints what the process holds before and after a hundred. */
public final class RestartProgram {
	private static final int WARM_UP = 51;
	private static final int MEASURED = 99;

	private RestartProgram() {
	}

	public static void main(String[] args) throws Exception {
		for (int i = 0; i < WARM_UP; i++) {
			serve(i);
		}
		report("before");
		for (int i = 0; i < MEASURED; i++) {
			serve(i);
		}
		report("after");
	}

	private static void serve(int round) throws Exception {
		TextWebSocketHandler echo = new TextWebSocketHandler() {
			@Override
			protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
				session.sendMessage(message);
			}
		};
		try (WebSocketEngine engine = WebSocketEngine.builder().loops(2).mode(HandlerMode.values()[round % 3])
				.addHandler(echo, "/test").start(); RawClient client = RawClient.connect(engine.port(), "/test")) {
			for (int i = 0; i < 20; i++) {
				client.sendText("x".repeat(1000));
				client.readText();
			}
			client.send(Frame.close(1000, ""));
			client.readClose();
		}
	}

	private static void report(String when) throws IOException {
		System.gc();
		System.out.println(when + " rss " + resident() + " threads " + Thread.getAllStackTraces().size() + " files "
				+ new File("/proc/self/fd").list().length);
	}

	private static String resident() throws IOException {
		try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
			return status.filter((line) -> line.startsWith("VmRSS:")).findFirst().orElse("").replaceAll("\\D", "");
		}
	}
}
