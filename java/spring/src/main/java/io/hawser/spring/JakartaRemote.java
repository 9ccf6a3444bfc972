package io.hawser.spring;

import jakarta.websocket.RemoteEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.PingMessage;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;

/** Sending through a {@link JakartaSession}, for those who have asked for the native session. No streams, no encoders. */
class JakartaRemote implements RemoteEndpoint.Basic {
	private final HawserSession session;

	JakartaRemote(HawserSession session) {
		this.session = session;
	}

	@Override
	public void sendText(String text) throws IOException {
		session.sendMessage(new TextMessage(text));
	}

	@Override
	public void sendText(String part, boolean isLast) throws IOException {
		session.sendMessage(new TextMessage(part, isLast));
	}

	@Override
	public void sendBinary(ByteBuffer data) throws IOException {
		session.sendMessage(new BinaryMessage(data));
	}

	@Override
	public void sendBinary(ByteBuffer part, boolean isLast) throws IOException {
		session.sendMessage(new BinaryMessage(part, isLast));
	}

	@Override
	public void sendPing(ByteBuffer data) throws IOException {
		session.sendMessage(new PingMessage(data));
	}

	@Override
	public void sendPong(ByteBuffer data) throws IOException {
		session.sendMessage(new PongMessage(data));
	}

	@Override
	public OutputStream getSendStream() {
		throw new UnsupportedOperationException("Hawser sends whole messages and parts, not streams");
	}

	@Override
	public Writer getSendWriter() {
		throw new UnsupportedOperationException("Hawser sends whole messages and parts, not streams");
	}

	@Override
	public void sendObject(Object data) {
		throw new UnsupportedOperationException("Hawser has no encoders; send text or bytes");
	}

	/** Does nothing: the engine writes what is sent together as one anyway. */
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
}
