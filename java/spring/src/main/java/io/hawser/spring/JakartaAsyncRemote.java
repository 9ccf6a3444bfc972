package io.hawser.spring;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** Sending that tells its end: sending never waits for the peer here, so each has ended when the method returns. */
final class JakartaAsyncRemote implements RemoteEndpoint.Async {
	private final JakartaRemote remote;

	JakartaAsyncRemote(HawserSession session) {
		this.remote = new JakartaRemote(session);
	}

	private interface Sending {
		void run() throws IOException;
	}

	@Override
	public Future<Void> sendText(String text) {
		return future(() -> remote.sendText(text));
	}

	@Override
	public void sendText(String text, SendHandler handler) {
		handler.onResult(result(() -> remote.sendText(text)));
	}

	@Override
	public Future<Void> sendBinary(ByteBuffer data) {
		return future(() -> remote.sendBinary(data));
	}

	@Override
	public void sendBinary(ByteBuffer data, SendHandler handler) {
		handler.onResult(result(() -> remote.sendBinary(data)));
	}

	@Override
	public Future<Void> sendObject(Object data) {
		throw new UnsupportedOperationException("Hawser has no encoders; send text or bytes");
	}

	@Override
	public void sendObject(Object data, SendHandler handler) {
		throw new UnsupportedOperationException("Hawser has no encoders; send text or bytes");
	}

	/** Returns 0, which is none: {@code hawser.send.time-limit} holds. */
	@Override
	public long getSendTimeout() {
		return 0;
	}

	@Override
	public void setSendTimeout(long milliseconds) {
	}

	@Override
	public void setBatchingAllowed(boolean allowed) {
	}

	@Override
	public boolean getBatchingAllowed() {
		return false;
	}

	@Override
	public void flushBatch() {
	}

	@Override
	public void sendPing(ByteBuffer data) throws IOException {
		remote.sendPing(data);
	}

	@Override
	public void sendPong(ByteBuffer data) throws IOException {
		remote.sendPong(data);
	}

	private static Future<Void> future(Sending sending) {
		try {
			sending.run();
			return CompletableFuture.completedFuture(null);
		} catch (IOException e) {
			return CompletableFuture.failedFuture(e);
		}
	}

	private static SendResult result(Sending sending) {
		try {
			sending.run();
			return new SendResult();
		} catch (IOException e) {
			return new SendResult(e);
		}
	}
}
