package io.hawser.examples.chat;

import java.io.IOException;
import java.net.BindException;

import io.hawser.websocket.HttpRequest;
import io.hawser.websocket.HttpResponse;
import io.hawser.websocket.OverflowStrategy;
import io.hawser.websocket.StaticResources;
import io.hawser.websocket.WebSocketEngine;

/**
 * Starts the chat: the page over HTTP and {@link ChatHandler} on one port. Knows nothing of chatting.
 */
public final class ChatServer {

	private static final String USAGE = "Usage: ChatServer [--host 127.0.0.1] [--port 8080]";

	private static final String CONTENT_SECURITY_POLICY =
			"default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

	private final StaticResources files = new StaticResources("/io/hawser/examples/chat");
	private final String host;
	private final int port;

	private ChatServer(String host, int port) {
		this.host = host;
		this.port = port;
	}

	public static void main(String[] arguments) throws InterruptedException {
		ChatServer server;
		try {
			server = parse(arguments);
		} catch (IllegalArgumentException wrong) {
			System.err.println(wrong.getMessage());
			System.err.println(USAGE);
			System.exit(2);
			return;
		}
		try {
			server.run();
		} catch (IOException unavailable) {
			System.err.println("The chat cannot start: " + unavailable.getMessage() + server.advice(unavailable));
			System.exit(1);
		}
	}

	private String advice(IOException unavailable) {
		return unavailable instanceof BindException ? ". Try another port: ./gradlew run -Pport=" + (port == 8080 ? 8081 : 8080) : "";
	}

	/** Serves until the process is ended: the engine's threads are daemons, so this one keeps the JVM alive. */
	private void run() throws IOException, InterruptedException {
		try (WebSocketEngine engine = WebSocketEngine.builder().host(host).port(port)
				.httpHandler(this::page)
				// A page that does not read what it is sent is closed, and comes back when it can; nobody waits for it.
				.overflowStrategy(OverflowStrategy.TERMINATE)
				.addHandler(new ChatHandler(), "/chat")
				.start()) {
			System.out.println("Chat: http://" + hostInUrl() + ":" + engine.port() + "/  (Ctrl+C stops)");
			engine.awaitStop();
		}
	}

	/** The files of the page. The browser is told to take nothing from anywhere else, and to run no script in them. */
	private HttpResponse page(HttpRequest request) throws IOException {
		return files.handle(request)
				.withHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
				.withHeader("Referrer-Policy", "no-referrer");
	}

	private String hostInUrl() {
		boolean everyAddress = host.equals("0.0.0.0") || host.equals("::");
		String name = everyAddress ? "127.0.0.1" : host;
		return name.contains(":") ? "[" + name + "]" : name;
	}

	private static ChatServer parse(String[] arguments) {
		String host = "127.0.0.1";
		int port = 8080;
		for (int i = 0; i < arguments.length; i += 2) {
			if (i + 1 == arguments.length) {
				throw new IllegalArgumentException(arguments[i] + " has no value.");
			}
			switch (arguments[i]) {
				case "--host" -> host = arguments[i + 1];
				case "--port" -> port = parsePort(arguments[i + 1]);
				default -> throw new IllegalArgumentException("Unknown option " + arguments[i] + ".");
			}
		}
		return new ChatServer(host, port);
	}

	private static int parsePort(String text) {
		int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
		if (port < 0 || port > 65_535) {
			throw new IllegalArgumentException("--port " + text + " is no port. Give a number from 0 (any free port) to 65535.");
		}
		return port;
	}

}
