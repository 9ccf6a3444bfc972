package io.hawser.spring;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A WebSocket client of the JDK that keeps what it gets. */
final class TestClient implements WebSocket.Listener, AutoCloseable {
	static final Duration PATIENCE = Duration.ofSeconds(20);

	private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
	private final BlockingQueue<byte[]> binaries = new LinkedBlockingQueue<>();
	private final CompletableFuture<Integer> closed = new CompletableFuture<>();
	private final StringBuilder text = new StringBuilder();
	private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
	private WebSocket socket;

	private TestClient() {
	}

	/** Connects; a header named Sec-WebSocket-Protocol is offered as such. */
	static TestClient connect(int port, String path, String... headers) {
		return connect(HttpClient.newHttpClient(), URI.create("ws://127.0.0.1:" + port + path), headers);
	}

	static TestClient connect(HttpClient http, URI uri, String... headers) {
		TestClient client = new TestClient();
		WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(PATIENCE);
		for (int i = 0; i < headers.length; i += 2) {
			if (headers[i].equals("Sec-WebSocket-Protocol")) {
				builder.subprotocols(headers[i + 1]);
			} else {
				builder.header(headers[i], headers[i + 1]);
			}
		}
		client.socket = builder.buildAsync(uri, client).join();
		return client;
	}

	TestClient sendText(String message) {
		socket.sendText(message, true).join();
		return this;
	}

	TestClient sendBinary(byte[] message) {
		socket.sendBinary(ByteBuffer.wrap(message), true).join();
		return this;
	}

	String nextText() throws InterruptedException {
		String next = texts.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		if (next == null) {
			throw new AssertionError("no text came");
		}
		return next;
	}

	byte[] nextBinary() throws InterruptedException {
		byte[] next = binaries.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		if (next == null) {
			throw new AssertionError("no binary message came");
		}
		return next;
	}

	/** Waits for the end; returns its close code. */
	int awaitClose() throws Exception {
		return closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	boolean isClosed() {
		return closed.isDone();
	}

	String subprotocol() {
		return socket.getSubprotocol();
	}

	void closeNormally() {
		socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
	}

	@Override
	public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
		text.append(data);
		if (last) {
			texts.add(text.toString());
			text.setLength(0);
		}
		webSocket.request(1);
		return null;
	}

	@Override
	public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
		byte[] part = new byte[data.remaining()];
		data.get(part);
		binary.writeBytes(part);
		if (last) {
			binaries.add(binary.toByteArray());
			binary.reset();
		}
		webSocket.request(1);
		return null;
	}

	@Override
	public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
		closed.complete(statusCode);
		return null;
	}

	@Override
	public void onError(WebSocket webSocket, Throwable error) {
		closed.completeExceptionally(error);
	}

	@Override
	public void close() {
		socket.abort();
	}
}
