package io.hawser.websocket.internal;

import io.hawser.websocket.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.security.auth.x500.X500Principal;

/**
 * One request as the engine hands it over: the two addresses, how it came, the raw head, the body. Immutable; keeps
 * nothing but these bytes and decodes at each call, because a session that nobody asks should cost little.
 *
 * <pre>
 *  remote address          local address           TLS       client certificate   head                body
 * +---+---------+------+  +---+---------+------+  +--------+ +--------+---------+ +--------+---------+ +------+
 * | n | n bytes | port |  | n | n bytes | port |  | 0 or 1 | | length |  bytes  | | length |  bytes  | | rest |
 * +---+---------+------+  +---+---------+------+  +--------+ +--------+---------+ +--------+---------+ +------+
 *   1   4 or 16    2        1   4 or 16    2          1          4                    4
 * </pre>
 * Numbers are big endian. The certificate is in DER, checked, and empty where the client showed none. The head is valid:
 * the engine answers malformed ones by itself.
 */
public final class RequestRecord {
	private static final int PORT_BYTES = Short.BYTES;

	private final byte[] bytes;

	RequestRecord(byte[] bytes) {
		this.bytes = bytes;
	}

	/** Returns the address of the peer. */
	public InetSocketAddress remoteAddress() {
		return address(0);
	}

	/** Returns the address on which the connection was accepted. */
	public InetSocketAddress localAddress() {
		return address(localAt());
	}

	/** Returns whether the request came by TLS. */
	public boolean isSecure() {
		return bytes[secureAt()] != 0;
	}

	/**
	 * Returns the certificate that the client showed, or {@code null} if it showed none.
	 * @throws IllegalStateException if the JDK cannot read what the engine has checked: nobody may pass for nobody then
	 */
	public X509Certificate clientCertificate() {
		int at = secureAt() + 1;
		int length = unsigned(at, Integer.BYTES);
		if (length == 0) {
			return null;
		}
		try {
			InputStream der = new ByteArrayInputStream(bytes, at + Integer.BYTES, length);
			return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(der);
		} catch (CertificateException e) {
			throw new IllegalStateException("the client's certificate cannot be read", e);
		}
	}

	/** Returns whom a client's certificate names, or {@code null} if there is none. */
	static X500Principal subject(X509Certificate certificate) {
		return certificate == null ? null : certificate.getSubjectX500Principal();
	}

	/** Returns the scheme of the request's origin. */
	String httpScheme() {
		return isSecure() ? "https" : "http";
	}

	/** Returns the scheme of the request's session. */
	String webSocketScheme() {
		return isSecure() ? "wss" : "ws";
	}

	/** Returns the request method. */
	String method() {
		return word(headAt());
	}

	/** Returns the request target as it was sent. */
	String target() {
		int method = headAt();
		return word(method + wordLength(method) + 1);
	}

	/** Returns the request's URI as asked, with {@code scheme}, and with the local address if no host was named. */
	URI uri(String scheme, HttpHeaders headers) {
		String host = headers.getFirst("Host");
		if (host == null || host.isEmpty()) {
			InetSocketAddress local = localAddress();
			String address = local.getAddress().getHostAddress();
			host = (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + local.getPort();
		}
		return RequestTarget.uri(scheme, host, target());
	}

	/** Returns the headers: read-only, all values, in their order. */
	HttpHeaders headers() {
		HttpHeaders headers = new HttpHeaders();
		int at = lineEnd(headAt()) + 2;
		int headEnd = bodyAt() - 2;
		while (at < headEnd) {
			int end = lineEnd(at);
			int colon = at;
			while (bytes[colon] != ':') {
				colon++;
			}
			headers.add(text(at, colon), text(colon + 1, end).strip());
			at = end + 2;
		}
		return HttpHeaders.readOnlyHttpHeaders(headers);
	}

	/** Returns a copy of the body. */
	byte[] body() {
		return Arrays.copyOfRange(bytes, bodyAt(), bytes.length);
	}

	private InetSocketAddress address(int at) {
		int length = bytes[at];
		try {
			InetAddress address = InetAddress.getByAddress(Arrays.copyOfRange(bytes, at + 1, at + 1 + length));
			return new InetSocketAddress(address, unsigned(at + 1 + length, PORT_BYTES));
		} catch (UnknownHostException e) {
			throw new IllegalStateException("an address has 4 or 16 bytes, not " + length, e);
		}
	}

	private int localAt() {
		return 1 + bytes[0] + PORT_BYTES;
	}

	private int secureAt() {
		int local = localAt();
		return local + 1 + bytes[local] + PORT_BYTES;
	}

	private int headLengthAt() {
		int certificate = secureAt() + 1;
		return certificate + Integer.BYTES + unsigned(certificate, Integer.BYTES);
	}

	private int headAt() {
		return headLengthAt() + Integer.BYTES;
	}

	private int bodyAt() {
		return headAt() + unsigned(headLengthAt(), Integer.BYTES);
	}

	private int unsigned(int at, int size) {
		int value = 0;
		for (int i = at; i < at + size; i++) {
			value = value << 8 | Byte.toUnsignedInt(bytes[i]);
		}
		return value;
	}

	private String word(int at) {
		return text(at, at + wordLength(at));
	}

	private int wordLength(int at) {
		int end = at;
		while (bytes[end] != ' ' && bytes[end] != '\r' && bytes[end] != '\n') {
			end++;
		}
		return end - at;
	}

	/** Returns the index of the CR that ends the line. */
	private int lineEnd(int at) {
		int end = at;
		while (bytes[end] != '\r') {
			end++;
		}
		return end;
	}

	/** Header bytes above 0x7F have no charset (RFC 9110 section 5.5); one char for each byte loses nothing. */
	private String text(int from, int to) {
		return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
	}
}
