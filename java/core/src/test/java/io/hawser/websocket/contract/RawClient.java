package io.hawser.websocket.contract;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A client over a plain socket, for what a well-behaved one would never do: frames and requests by hand. Reads at most
 * {@link Await#LIMIT} for anything.
 */
public final class RawClient implements AutoCloseable {
	/** What a browser sends, the host aside. */
	static final String UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			+ "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

	private final Socket socket;
	private final DataInputStream in;
	private final OutputStream out;

	private RawClient(Socket unconnected, int port) throws IOException {
		socket = unconnected;
		socket.setTcpNoDelay(true);
		socket.setSoTimeout((int) Await.LIMIT.toMillis());
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 * 1024));
		out = socket.getOutputStream();
	}

	/** Connects and says nothing. */
	public static RawClient open(int port) throws IOException {
		return new RawClient(new Socket(), port);
	}

	/** Connects by TLS and names a host (SNI), unless that is {@code null}. What the server shows is not compared with it. */
	static RawClient openTls(SSLContext context, String host, int port) throws IOException {
		SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
		SSLParameters parameters = socket.getSSLParameters();
		parameters.setServerNames(host == null ? List.of() : List.of(new SNIHostName(host)));
		socket.setSSLParameters(parameters);
		RawClient client = new RawClient(socket, port);
		try {
			socket.startHandshake();
			return client;
		} catch (IOException refused) {
			socket.close();
			throw refused;
		}
	}

	/** Returns whom the server's certificate names. */
	String serverName() throws IOException {
		X509Certificate shown = (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0];
		return shown.getSubjectX500Principal().getName().replaceAll("CN=([^,]*).*", "$1");
	}

	/** Connects, says nothing, and takes little before the server's writes stand still. */
	static RawClient openSlow(int port) throws IOException {
		Socket slow = new Socket();
		slow.setReceiveBufferSize(4096);
		return new RawClient(slow, port);
	}

	/** Opens a session as {@link #openSlow}. */
	static RawClient connectSlow(TestEngine engine, String... headers) throws IOException {
		RawClient client = openSlow(engine.port());
		expect(101, client.upgrade(TestEngine.PATH, headers).status(), "an opening handshake");
		return client;
	}

	/** Opens a session, with more header lines if wanted. */
	public static RawClient connect(int port, String path, String... headers) throws IOException {
		RawClient client = open(port);
		HttpReply reply = client.upgrade(path, headers);
		expect(101, reply.status(), reply.body());
		return client;
	}

	static RawClient connect(TestEngine engine) throws IOException {
		return connect(engine.port(), TestEngine.PATH);
	}

	/** Asks for a session, with more header lines if wanted, and returns the answer. */
	HttpReply upgrade(String path, String... headers) throws IOException {
		sendBytes(upgradeHead(path, headers));
		return readReply();
	}

	/** Returns the bytes of an opening handshake. */
	byte[] upgradeHead(String path, String... headers) {
		return head("GET " + path, UPGRADE + lines(headers));
	}

	/** Sends a request without a body, like {@code GET /path}, and returns the answer. */
	HttpReply request(String methodAndPath, String... headers) throws IOException {
		sendBytes(head(methodAndPath, lines(headers)));
		return HttpReply.read(in, !methodAndPath.startsWith("HEAD "));
	}

	HttpReply readReply() throws IOException {
		return HttpReply.read(in, true);
	}

	public void sendBytes(byte[] bytes) throws IOException {
		out.write(bytes);
	}

	/** Sends frames in one write. */
	public void send(Frame... frames) throws IOException {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		for (Frame frame : frames) {
			all.writeBytes(frame.masked());
		}
		sendBytes(all.toByteArray());
	}

	public void sendText(String text) throws IOException {
		send(Frame.text(text));
	}

	/** Reads the next frame, which a server must not mask. */
	public Frame read() throws IOException {
		int first = in.readUnsignedByte();
		int length = in.readUnsignedByte();
		expect(0, length & 0x80, "a server does not mask");
		byte[] payload = new byte[length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length];
		in.readFully(payload);
		return new Frame(first, payload);
	}

	/** Reads exactly this many bytes. */
	public void readFully(byte[] bytes) throws IOException {
		in.readFully(bytes);
	}

	/** Reads a whole text message in one frame. */
	public String readText() throws IOException {
		Frame frame = read();
		expect(Frame.FIN | Frame.TEXT, frame.first(), "a text frame, not '" + frame.text() + "'");
		return frame.text();
	}

	/** Reads a close frame. */
	public Frame readClose() throws IOException {
		Frame frame = read();
		expect(Frame.FIN | Frame.CLOSE, frame.first(), "a close frame, not '" + frame.text() + "'");
		return frame;
	}

	/** Reads to the end of the connection, which must come without another byte. */
	public void readEnd() throws IOException {
		expect(-1, in.read(), "nothing more comes");
	}

	/** Reads to the end of the connection, whatever comes and however it ends. */
	void drain() throws IOException {
		try {
			in.transferTo(OutputStream.nullOutputStream());
		} catch (SocketException reset) {
			// An end as well.
		}
	}

	/** Ends the connection without a close frame. */
	public void disconnect() throws IOException {
		socket.close();
	}

	/** Ends the connection with a reset instead of a FIN. */
	void reset() throws IOException {
		socket.setSoLinger(true, 0);
		socket.close();
	}

	int localPort() {
		return socket.getLocalPort();
	}

	@Override
	public void close() throws IOException {
		socket.close();
	}

	private byte[] head(String methodAndPath, String lines) {
		String head = methodAndPath + " HTTP/1.1\r\nHost: localhost:" + socket.getPort() + "\r\n" + lines + "\r\n";
		return head.getBytes(StandardCharsets.ISO_8859_1);
	}

	/** Without JUnit: programs beside the jar use this client as well. */
	private static void expect(int expected, int actual, String what) {
		if (expected != actual) {
			throw new AssertionError("expected " + expected + ", got " + actual + ": " + what);
		}
	}

	private static String lines(String... headers) {
		return headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
	}
}
