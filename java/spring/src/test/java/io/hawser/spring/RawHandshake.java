package io.hawser.spring;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One opening handshake byte for byte, for what the JDK's client hides: the head of the answer. */
final class RawHandshake implements AutoCloseable {
	private final Socket socket;
	private final String head;

	private RawHandshake(Socket socket, String head) {
		this.socket = socket;
		this.head = head;
	}

	/** Sends a handshake with further header lines, like {@code Cookie: a=b}, and reads the head of the answer. */
	static RawHandshake send(int port, String target, String... lines) throws IOException {
		Socket socket = new Socket("127.0.0.1", port);
		socket.setTcpNoDelay(true);
		socket.setSoTimeout((int) TestClient.PATIENCE.toMillis());
		String host = List.of(lines).stream().anyMatch((line) -> line.startsWith("Host:")) ? "" : "Host: 127.0.0.1:" + port + "\r\n";
		String request = "GET " + target + " HTTP/1.1\r\n" + host + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
				+ "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
				+ String.join("", List.of(lines).stream().map((line) -> line + "\r\n").toList()) + "\r\n";
		socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
		return new RawHandshake(socket, readHead(socket.getInputStream()));
	}

	int status() {
		return Integer.parseInt(head.substring(9, 12));
	}

	/** Returns all values of a header. */
	List<String> header(String name) {
		List<String> values = new ArrayList<>();
		for (String line : head.split("\r\n")) {
			if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
				values.add(line.substring(name.length() + 1).trim());
			}
		}
		return values;
	}

	/** Sends a short text; the mask is zero, which leaves the bytes as they are. */
	RawHandshake sendText(String text) throws IOException {
		byte[] payload = text.getBytes(StandardCharsets.UTF_8);
		socket.getOutputStream().write(new byte[] {(byte) 0x81, (byte) (0x80 | payload.length), 0, 0, 0, 0});
		socket.getOutputStream().write(payload);
		return this;
	}

	/** Returns the payload of the next frame, a short text, as text. */
	String nextText() throws IOException {
		InputStream in = socket.getInputStream();
		int opcode = in.read();
		int length = in.read();
		if (opcode != 0x81 || length > 125) {
			throw new IOException("not a short text but opcode " + opcode + ", length " + length);
		}
		return new String(in.readNBytes(length), StandardCharsets.UTF_8);
	}

	private static String readHead(InputStream in) throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") != head.length() - 4) {
			int next = in.read();
			if (next < 0) {
				throw new IOException("the connection ended after: " + head);
			}
			head.append((char) next);
		}
		return head.toString();
	}

	@Override
	public void close() throws IOException {
		socket.close();
	}
}
