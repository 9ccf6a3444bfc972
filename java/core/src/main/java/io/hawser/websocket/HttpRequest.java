package io.hawser.websocket;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.Objects;

/**
 * A plain HTTP request with its whole body. Immutable but for the bytes of the body, which belong to the handler.
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public final class HttpRequest {
	private final HttpMethod method;
	private final URI uri;
	private final HttpHeaders headers;
	private final byte[] body;
	private final InetSocketAddress remoteAddress;
	private final Principal principal;
	private final X509Certificate clientCertificate;

	/**
	 * Create a request of an unknown user, for tests of handlers.
	 *
	 * @param method the method
	 * @param uri scheme, host, port, path and query as asked
	 * @param headers the headers; copied unless they are read-only
	 * @param body the body, empty if there is none; not copied
	 * @param remoteAddress the address of the client
	 * @since 0.1
	 */
	public HttpRequest(HttpMethod method, URI uri, HttpHeaders headers, byte[] body, InetSocketAddress remoteAddress) {
		this(method, uri, headers, body, remoteAddress, null, null);
	}

	/**
	 * Create a request; the engine does, and tests of handlers.
	 *
	 * @param method the method
	 * @param uri scheme, host, port, path and query as asked
	 * @param headers the headers; copied unless they are read-only
	 * @param body the body, empty if there is none; not copied
	 * @param remoteAddress the address of the client
	 * @param principal the user, or {@code null} if unknown
	 * @param clientCertificate what the client showed by TLS, or {@code null}
	 * @since 0.1
	 */
	public HttpRequest(HttpMethod method, URI uri, HttpHeaders headers, byte[] body, InetSocketAddress remoteAddress,
			Principal principal, X509Certificate clientCertificate) {
		this.method = Objects.requireNonNull(method, "method");
		this.uri = Objects.requireNonNull(uri, "uri");
		this.headers = HttpHeaders.readOnlyHttpHeaders(headers);
		this.body = Objects.requireNonNull(body, "body");
		this.remoteAddress = Objects.requireNonNull(remoteAddress, "remoteAddress");
		this.principal = principal;
		this.clientCertificate = clientCertificate;
	}

	/**
	 * Return the method.
	 * @return the method
	 * @since 0.1
	 */
	public HttpMethod getMethod() {
		return method;
	}

	/**
	 * Return the URI as asked.
	 * @return scheme, host, port, path and query
	 * @since 0.1
	 */
	public URI getURI() {
		return uri;
	}

	/**
	 * Return the path as asked. Nothing is decoded or normalised: {@code %2e}, {@code ..}, {@code //} and
	 * {@code ;x} are still in it.
	 * @return the raw path; {@code /} if the URI has none
	 * @since 0.1
	 */
	public String getPath() {
		String path = uri.getRawPath();
		return path == null || path.isEmpty() ? "/" : path;
	}

	/**
	 * Return the query as asked.
	 * @return the raw query without its question mark, or {@code null} if there is none
	 * @since 0.1
	 */
	public String getQuery() {
		return uri.getRawQuery();
	}

	/**
	 * Return the headers.
	 * @return read-only headers with all values
	 * @since 0.1
	 */
	public HttpHeaders getHeaders() {
		return headers;
	}

	/**
	 * Return the body.
	 * @return the bytes, not copied; empty if there is no body
	 * @since 0.1
	 */
	public byte[] getBody() {
		return body;
	}

	/**
	 * Return the body as text in UTF-8, whatever its content type says.
	 * @return the text; a malformed byte is U+FFFD
	 * @since 0.1
	 */
	public String bodyAsString() {
		return new String(body, StandardCharsets.UTF_8);
	}

	/**
	 * Return the address of the client.
	 * @return the address
	 * @since 0.1
	 */
	public InetSocketAddress getRemoteAddress() {
		return remoteAddress;
	}

	/**
	 * Return who asks, as the client's certificate says; see {@link TlsSettings#withClientCertificates}.
	 * @return the subject of the certificate, or {@code null} if the client showed none
	 * @since 0.1
	 */
	public Principal getPrincipal() {
		return principal;
	}

	/**
	 * Return the certificate that the client showed by TLS; see {@link TlsSettings#withClientCertificates}.
	 * @return the client's own certificate, checked by the engine, without those behind it; {@code null} if there is none
	 * @since 0.1
	 */
	public X509Certificate getClientCertificate() {
		return clientCertificate;
	}

	@Override
	public String toString() {
		return "HttpRequest[" + method + " " + uri + ", body " + body.length + " bytes]";
	}
}
