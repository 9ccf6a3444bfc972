package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With a side port the server's own is open to everybody: a source port alone says nothing of who comes from it. */
class SidePortTests {
	private static TestServer server;
	private static int portForTheEngine;

	@BeforeAll
	static void start() {
		server = TestServer.start(EchoApplication.class, "hawser.port=0");
		portForTheEngine = server.portsBehind().stream().filter((port) -> port != server.port()).findFirst().orElseThrow();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void aClientOfTheEngineIsFoundByItsWholeConnection() throws Exception {
		try (Socket client = new Socket("127.0.0.1", server.engine().port())) {
			int source = sourcePort(client);
			HawserEngine engine = server.bean(HawserEngine.class);
			InetAddress loopback = InetAddress.getLoopbackAddress();
			assertEquals(client.getLocalPort(), engine.findClient(loopback, source, portForTheEngine).orElseThrow().remoteAddress().getPort());
			assertTrue(engine.findClient(loopback, source, server.port()).isEmpty());
			assertTrue(engine.findClient(InetAddress.getByName("127.0.0.2"), source, portForTheEngine).isEmpty());
			assertTrue(engine.findClient(InetAddress.getByName("::1"), source, portForTheEngine).isEmpty());
		}
	}

	@Test
	void whoeverComesFromTheSamePortOfAnotherAddressIsHimself() throws Exception {
		try (Socket client = new Socket("127.0.0.1", server.engine().port())) {
			int source = sourcePort(client);
			for (int port : new int[] {server.port(), portForTheEngine}) {
				try (Socket other = new Socket()) {
					// The system remembers the last one that had this address and port.
					other.setReuseAddress(true);
					other.bind(new InetSocketAddress("127.0.0.2", source));
					other.connect(new InetSocketAddress("127.0.0.1", port));
					assertEquals("127.0.0.2 http 127.0.0.1 " + port + " false null", ask(other, port));
				}
			}
		}
	}

	/** Lets a client's connection reach the server; returns the port that the server sees it come from. */
	private static int sourcePort(Socket client) throws IOException {
		int side = server.engine().port();
		assertEquals("127.0.0.1 http 127.0.0.1 " + side + " false null", ask(client, side));
		return IntStream.rangeClosed(1, 65_535).filter((port) -> server.engine().upstreamConnections().findClient(port)
				.filter((found) -> found.remoteAddress().getPort() == client.getLocalPort()).isPresent()).findFirst().orElseThrow();
	}

	/** Asks who the application thinks is asking, and leaves the connection open. */
	private static String ask(Socket socket, int port) throws IOException {
		socket.setSoTimeout((int) TestClient.PATIENCE.toMillis());
		socket.getOutputStream().write(("GET /client HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
		StringBuilder answer = new StringBuilder();
		while (answer.indexOf(" null") < 0) {
			int next = socket.getInputStream().read();
			if (next < 0) {
				throw new IOException("the connection ended after: " + answer);
			}
			answer.append((char) next);
		}
		return answer.substring(answer.lastIndexOf("\n") + 1);
	}
}
