package io.hawser.examples.chat;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;

import io.hawser.websocket.HttpRequest;
import io.hawser.websocket.HttpResponse;
import io.hawser.websocket.OverflowStrategy;
import io.hawser.websocket.StaticResources;
import io.hawser.websocket.TlsSettings;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketEngineBuilder;

/**
 * Starts the chat: the page over HTTP and {@link ChatHandler} on one port. Knows nothing of chatting.
 */
public final class ChatServer {

	private static final String PASSWORD_VARIABLE = "CHAT_KEY_STORE_PASSWORD";

	private static final String USAGE = "Usage: ChatServer [--host 127.0.0.1] [--port 8080] [--tls-key-store FILE]\n"
			+ "The password of the key store is taken from the environment variable " + PASSWORD_VARIABLE + ".";

	private static final String CONTENT_SECURITY_POLICY =
			"default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

	private final StaticResources files = new StaticResources("/io/hawser/examples/chat");
	private final String host;
	private final int port;
	/** {@code null} serves without TLS. */
	private final Path keyStore;

	private ChatServer(String host, int port, Path keyStore) {
		this.host = host;
		this.port = port;
		this.keyStore = keyStore;
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
		WebSocketEngineBuilder builder = WebSocketEngine.builder().host(host).port(port);
		if (keyStore != null) {
			builder.tls(TlsSettings.ofKeyStore(keyStore, password()));
		}
		try (WebSocketEngine engine = builder
				.httpHandler(this::page)
				// A page that does not read what it is sent is closed, and comes back when it can; nobody waits for it.
				.overflowStrategy(OverflowStrategy.TERMINATE)
				.addHandler(new ChatHandler(), "/chat")
				.start()) {
			System.out.println("Chat: " + (keyStore == null ? "http" : "https") + "://" + hostInUrl() + ":" + engine.port() + "/  (Ctrl+C stops)");
			engine.awaitStop();
		}
	}

	/** The files of the page. The browser is told to take nothing from anywhere else, and to run no script in them. */
	private HttpResponse page(HttpRequest request) throws IOException {
		return files.handle(request)
				.withHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
				.withHeader("Referrer-Policy", "no-referrer");
	}

	private static char[] password() {
		String password = System.getenv(PASSWORD_VARIABLE);
		return password == null ? new char[0] : password.toCharArray();
	}

	private String hostInUrl() {
		boolean everyAddress = host.equals("0.0.0.0") || host.equals("::");
		String name = everyAddress ? "127.0.0.1" : host;
		return name.contains(":") ? "[" + name + "]" : name;
	}

	private static ChatServer parse(String[] arguments) {
		String host = "127.0.0.1";
		int port = 8080;
		Path keyStore = null;
		for (int i = 0; i < arguments.length; i += 2) {
			if (i + 1 == arguments.length) {
				throw new IllegalArgumentException(arguments[i] + " has no value.");
			}
			switch (arguments[i]) {
				case "--host" -> host = arguments[i + 1];
				case "--port" -> port = parsePort(arguments[i + 1]);
				case "--tls-key-store" -> keyStore = Path.of(arguments[i + 1]);
				default -> throw new IllegalArgumentException("Unknown option " + arguments[i] + ".");
			}
		}
		return new ChatServer(host, port, keyStore);
	}

	private static int parsePort(String text) {
		int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
		if (port < 0 || port > 65_535) {
			throw new IllegalArgumentException("--port " + text + " is no port. Give a number from 0 (any free port) to 65535.");
		}
		return port;
	}

}
