import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.hawser.websocket.AbstractWebSocketHandler;
import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.Compression;
import io.hawser.websocket.HttpRequest;
import io.hawser.websocket.HttpResponse;
import io.hawser.websocket.SubProtocolCapable;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.TextWebSocketHandler;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketSession;

/**
 * The server of the browser checks, run from its source: {@code java -cp HAWSER_JAR BrowserTestServer.java PAGE}.
 * Knows nothing of the checks.
 * <p>{@code GET /} is the page, {@code /echo} echoes with the compression that is the default,
 * {@code /echo-takeover} with context takeover, {@code /echo-plain} without; {@code /close-me} closes with the code and the
 * reason it is told, and {@code GET /closed/ID} waits until the session that came with {@code ?id=ID} has ended and tells how.
 */
public final class BrowserTestServer {
	private static final int MAX_MESSAGE_BYTES = 2 * 1024 * 1024;
	private static final int CLOSED_TIMEOUT_S = 10;

	private final Map<String, CompletableFuture<CloseStatus>> endings = new ConcurrentHashMap<>();
	private final byte[] page;

	private BrowserTestServer(byte[] page) {
		this.page = page;
	}

	public static void main(String[] arguments) throws IOException, InterruptedException {
		BrowserTestServer server = new BrowserTestServer(Files.readAllBytes(Path.of(arguments[0])));
		try (WebSocketEngine engine = WebSocketEngine.builder().port(0)
				.httpHandler(server::answer)
				.maxTextMessageBytes(MAX_MESSAGE_BYTES).maxBinaryMessageBytes(MAX_MESSAGE_BYTES)
				.addHandler(server.new Echo(), "/echo")
				.addHandler(server.new Echo(), "/echo-takeover").setCompression(Compression.DEFAULT.withContextTakeover(true))
				.addHandler(server.new Echo(), "/echo-plain").setCompression(Compression.OFF)
				.addHandler(server.new CloseOnRequest(), "/close-me")
				.start()) {
			System.out.println("http://127.0.0.1:" + engine.port());
			engine.awaitStop();
		}
	}

	private HttpResponse answer(HttpRequest request) throws Exception {
		String path = request.getPath();
		if (path.equals("/")) {
			return HttpResponse.of(200, "text/html; charset=utf-8", page);
		}
		if (path.startsWith("/closed/")) {
			CloseStatus status = ending(path.substring("/closed/".length())).get(CLOSED_TIMEOUT_S, TimeUnit.SECONDS);
			return HttpResponse.json(json(status));
		}
		return HttpResponse.notFound();
	}

	private CompletableFuture<CloseStatus> ending(String id) {
		return endings.computeIfAbsent(id, key -> new CompletableFuture<>());
	}

	private void ended(WebSocketSession session, CloseStatus status) {
		String query = session.getUri().getQuery();
		if (query != null && query.startsWith("id=")) {
			ending(query.substring("id=".length())).complete(status);
		}
	}

	/** The reasons that the checks use need no escapes. */
	private static String json(CloseStatus status) {
		String reason = status.getReason() == null ? "" : status.getReason();
		return "{\"code\":" + status.getCode() + ",\"reason\":\"" + reason + "\"}";
	}

	private final class Echo extends AbstractWebSocketHandler implements SubProtocolCapable {
		@Override
		public List<String> getSubProtocols() {
			return List.of("v1.example", "v2.example");
		}

		@Override
		protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
			session.sendMessage(message);
		}

		@Override
		protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) throws IOException {
			session.sendMessage(message);
		}

		@Override
		public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
			ended(session, status);
		}
	}

	private final class CloseOnRequest extends TextWebSocketHandler {
		@Override
		protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
			String[] codeAndReason = message.getPayload().split(" ", 2);
			session.close(new CloseStatus(Integer.parseInt(codeAndReason[0]), codeAndReason[1]));
		}

		@Override
		public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
			ended(session, status);
		}
	}
}
