package io.hawser.websocket.contract;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A small HTTP server for an engine to stand before: reads heads, and has a test answer them, one thread a connection. */
public final class UpstreamServer implements AutoCloseable {
	/** What is answered. */
	@FunctionalInterface
	public interface Application {
		/** Returns the bytes of an answer to a request's head, as text; {@code null} ends the connection. */
		String answer(String head) throws Exception;
	}

	private final ServerSocket listener;
	private final Application application;
	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
	private final AtomicInteger connections = new AtomicInteger();

	private UpstreamServer(Application application) throws IOException {
		this.listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
		this.application = application;
	}

	/** Starts a server on a free port. */
	public static UpstreamServer start(Application application) throws IOException {
		UpstreamServer server = new UpstreamServer(application);
		daemon(server::accept);
		return server;
	}

	/** Returns the value of a header; {@code null} without one. */
	public static String header(String head, String name) {
		return head.lines().filter((line) -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
				.map((line) -> line.substring(name.length() + 1).strip()).findFirst().orElse(null);
	}

	/** Returns an answer with a body and more header lines. */
	public static String answer(String status, String body, String... lines) {
		String more = lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
		return "HTTP/1.1 " + status + "\r\n" + more + "Content-Length: " + body.length() + "\r\n\r\n" + body;
	}

	public int port() {
		return listener.getLocalPort();
	}

	/** Returns how many connections came. */
	public int connections() {
		return connections.get();
	}

	private void accept() {
		try {
			while (true) {
				Socket socket = listener.accept();
				connections.incrementAndGet();
				sockets.add(socket);
				daemon(() -> serve(socket));
			}
		} catch (IOException closed) {
			// By close.
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			socket.setTcpNoDelay(true);
			InputStream in = new BufferedInputStream(socket.getInputStream());
			OutputStream out = socket.getOutputStream();
			for (String head = readHead(in); head != null; head = readHead(in)) {
				String answer = application.answer(head);
				if (answer == null) {
					return;
				}
				out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
			}
		} catch (Exception ended) {
			// The test sees that its connection has ended.
		} finally {
			sockets.remove(socket);
		}
	}

	private static String readHead(InputStream in) throws IOException {
		ByteArrayOutputStream head = new ByteArrayOutputStream();
		String text = "";
		while (!text.endsWith("\r\n\r\n")) {
			int read = in.read();
			if (read < 0) {
				return null;
			}
			head.write(read);
			text = read == '\n' ? head.toString(StandardCharsets.ISO_8859_1) : "";
		}
		return text;
	}

	private static void daemon(Runnable work) {
		Thread thread = new Thread(work, "upstream");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		listener.close();
		for (Socket socket : sockets) {
			socket.close();
		}
	}
}
