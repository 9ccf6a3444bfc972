package io.hawser.websocket.contract;

import io.hawser.websocket.CloseStatus;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/** The JDK's own WebSocket client, with what it gets in queues. An implementation that shares nothing with ours. */
public final class TestClient implements AutoCloseable, WebSocket.Listener {
	private static final HttpClient CLIENT = HttpClient.newHttpClient();

	private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
	private final BlockingQueue<byte[]> binaries = new LinkedBlockingQueue<>();
	private final BlockingQueue<byte[]> pings = new LinkedBlockingQueue<>();
	private final BlockingQueue<byte[]> pongs = new LinkedBlockingQueue<>();
	private final CompletableFuture<CloseStatus> closed = new CompletableFuture<>();
	private final StringBuilder text = new StringBuilder();
	private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
	private WebSocket socket;

	private TestClient() {
	}

	static TestClient connect(TestEngine engine) throws Exception {
		return connect(engine.port(), TestEngine.PATH);
	}

	public static TestClient connect(int port, String path) throws Exception {
		return connect(port, path, (builder) -> builder);
	}

	static TestClient connect(int port, String path, UnaryOperator<WebSocket.Builder> settings) throws Exception {
		return connect(settings.apply(CLIENT.newWebSocketBuilder()), "ws://127.0.0.1:" + port + path);
	}

	/** Connects to {@code wss://localhost}, where the server must show a certificate for that name. */
	public static TestClient connectTls(SSLContext context, int port, String path) throws Exception {
		WebSocket.Builder builder = HttpClient.newBuilder().sslContext(context).build().newWebSocketBuilder();
		return connect(builder, "wss://localhost:" + port + path);
	}

	private static TestClient connect(WebSocket.Builder builder, String uri) throws Exception {
		TestClient client = new TestClient();
		client.socket = Await.result(builder.buildAsync(URI.create(uri), client));
		return client;
	}

	String subprotocol() {
		return socket.getSubprotocol();
	}

	public void sendText(String message) throws Exception {
		Await.result(socket.sendText(message, true));
	}

	void sendTextPart(String part, boolean last) throws Exception {
		Await.result(socket.sendText(part, last));
	}

	void sendBinary(byte[] message) throws Exception {
		Await.result(socket.sendBinary(ByteBuffer.wrap(message), true));
	}

	void sendPing(byte[] payload) throws Exception {
		Await.result(socket.sendPing(ByteBuffer.wrap(payload)));
	}

	void sendPong(byte[] payload) throws Exception {
		Await.result(socket.sendPong(ByteBuffer.wrap(payload)));
	}

	void sendClose(int code, String reason) throws Exception {
		Await.result(socket.sendClose(code, reason));
	}

	public String awaitText() throws InterruptedException {
		return Await.next("a text message", texts);
	}

	byte[] awaitBinary() throws InterruptedException {
		return Await.next("a binary message", binaries);
	}

	byte[] awaitPing() throws InterruptedException {
		return Await.next("a ping", pings);
	}

	byte[] awaitPong() throws InterruptedException {
		return Await.next("a pong", pongs);
	}

	/** Waits for the close frame of the server. */
	public CloseStatus awaitClose() throws Exception {
		return closed.get(Await.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public void close() {
		socket.abort();
	}

	@Override
	public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
		text.append(data);
		if (last) {
			texts.add(text.toString());
			text.setLength(0);
		}
		from.request(1);
		return null;
	}

	@Override
	public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
		binary.writeBytes(bytes(data));
		if (last) {
			binaries.add(binary.toByteArray());
			binary.reset();
		}
		from.request(1);
		return null;
	}

	@Override
	public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
		pings.add(bytes(message));
		from.request(1);
		return null;
	}

	@Override
	public CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
		pongs.add(bytes(message));
		from.request(1);
		return null;
	}

	@Override
	public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
		closed.complete(new CloseStatus(code, reason.isEmpty() ? null : reason));
		return null;
	}

	@Override
	public void onError(WebSocket from, Throwable error) {
		closed.completeExceptionally(error);
	}

	private static byte[] bytes(ByteBuffer data) {
		byte[] bytes = new byte[data.remaining()];
		data.get(bytes);
		return bytes;
	}
}
