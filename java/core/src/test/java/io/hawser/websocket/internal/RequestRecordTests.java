package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HttpHeaders;
import io.hawser.websocket.contract.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;

class RequestRecordTests {
	private static RequestRecord record(String remote, int remotePort, String local, int localPort, String head,
			String body) {
		return record(remote, remotePort, local, localPort, null, head, body);
	}

	/** By TLS, if there is a certificate; an empty one stands for a client that showed none. */
	private static RequestRecord record(String remote, int remotePort, String local, int localPort, byte[] certificate,
			String head, String body) {
		try {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			DataOutputStream out = new DataOutputStream(bytes);
			for (Object[] address : new Object[][] {{remote, remotePort}, {local, localPort}}) {
				byte[] ip = InetAddress.getByName((String) address[0]).getAddress();
				out.writeByte(ip.length);
				out.write(ip);
				out.writeShort((Integer) address[1]);
			}
			out.writeBoolean(certificate != null);
			out.writeInt(certificate == null ? 0 : certificate.length);
			out.write(certificate == null ? new byte[0] : certificate);
			byte[] raw = head.getBytes(StandardCharsets.ISO_8859_1);
			out.writeInt(raw.length);
			out.write(raw);
			out.write(body.getBytes(StandardCharsets.UTF_8));
			return new RequestRecord(bytes.toByteArray());
		} catch (IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	private static RequestRecord record(String head) {
		return record("10.1.2.3", 50_000, "127.0.0.1", 8080, head, "");
	}

	@Test
	void addressesOfBothFamiliesAreRead() {
		RequestRecord request = record("::1", 65_535, "192.168.255.254", 1, "GET / HTTP/1.1\r\n\r\n", "");

		assertEquals("0:0:0:0:0:0:0:1", request.remoteAddress().getAddress().getHostAddress());
		assertEquals(65_535, request.remoteAddress().getPort());
		assertEquals("192.168.255.254", request.localAddress().getAddress().getHostAddress());
		assertEquals(1, request.localAddress().getPort());
	}

	@Test
	void methodTargetAndBodyAreRead() {
		RequestRecord request = record("::1", 1, "::1", 2, "POST /a%20b?c=d HTTP/1.1\r\nHost: h\r\n\r\n", "über");

		assertEquals("POST", request.method());
		assertEquals("/a%20b?c=d", request.target());
		assertArrayEquals("über".getBytes(StandardCharsets.UTF_8), request.body());
	}

	@Test
	void headersKeepAllValuesInOrderWithoutTheSpaceAroundThem() {
		HttpHeaders headers = record("GET / HTTP/1.1\r\nHost: h\r\nX-A:1\r\nx-a: \t2 \r\nEmpty:\r\nC: a:b\r\n\r\n").headers();

		assertEquals(List.of("1", "2"), headers.get("X-A"));
		assertEquals("", headers.getFirst("empty"));
		assertEquals("a:b", headers.getFirst("c"));
		assertEquals("h", headers.getFirst("host"));
	}

	@Test
	void aRequestByTlsSaysSo() {
		RequestRecord request = record("::1", 1, "10.0.0.1", 2, new byte[0], "GET /a?b HTTP/1.1\r\nHost: h\r\n\r\n", "body");

		assertTrue(request.isSecure());
		assertEquals("https", request.httpScheme());
		assertEquals("wss", request.webSocketScheme());
		assertNull(request.clientCertificate());
		assertEquals("/a?b", request.target());
		assertEquals("h", request.headers().getFirst("Host"));
		assertArrayEquals("body".getBytes(StandardCharsets.UTF_8), request.body());
	}

	@Test
	void aRequestWithoutTlsSaysSo() {
		RequestRecord request = record("GET / HTTP/1.1\r\n\r\n");

		assertFalse(request.isSecure());
		assertEquals("http", request.httpScheme());
		assertEquals("ws", request.webSocketScheme());
		assertNull(request.clientCertificate());
	}

	@Test
	void theClientsCertificateIsReadAndNamesThePeer() throws Exception {
		X509Certificate ada = TestCertificates.get().certificate("ada");
		RequestRecord request = record("::1", 1, "::1", 2, ada.getEncoded(), "GET /a HTTP/1.1\r\nHost: h\r\n\r\n", "");

		assertEquals(ada, request.clientCertificate());
		assertEquals(new X500Principal("CN=ada, O=Hawser tests"), RequestRecord.subject(ada));
		assertEquals("/a", request.target());
		assertEquals("h", request.headers().getFirst("Host"));
	}

	@Test
	void aCertificateThatCannotBeReadIsNotNobody() {
		RequestRecord request = record("::1", 1, "::1", 2, new byte[9], "GET /a HTTP/1.1\r\n\r\n", "");

		assertThrows(IllegalStateException.class, request::clientCertificate);
	}

	@Test
	void bytesAbove127InAHeaderAreKeptAsOneCharEach() {
		assertEquals("\u00e9", record("GET / HTTP/1.1\r\nA: \u00e9\r\n\r\n").headers().getFirst("a"));
	}

	@Test
	void theUriIsAsAsked() {
		RequestRecord request = record("GET /chat/%C3%BC?x=1&y=a%20b HTTP/1.1\r\nHost: example.org:81\r\n\r\n");

		assertEquals("ws://example.org:81/chat/%C3%BC?x=1&y=a%20b", request.uri("ws", request.headers()).toString());
	}

	@Test
	void withoutAHostTheUriHasTheLocalAddress() {
		RequestRecord request = record("::1", 1, "::1", 8080, "GET /a HTTP/1.0\r\n\r\n", "");

		assertEquals("http://[0:0:0:0:0:0:0:1]:8080/a", request.uri("http", request.headers()).toString());
	}
}
