package io.hawser.websocket;

import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.security.cert.X509Certificate;

/**
 * The request of an opening handshake, as interceptors and a {@link UserResolver} see it. It has no body.
 *
 * <p>Source: Spring's {@code org.springframework.http.server.ServerHttpRequest}, the part that WebSocket code uses.
 *
 * @since 0.1
 */
public interface ServerHttpRequest {
	/**
	 * Return the method.
	 * @return {@link HttpMethod#GET} for every opening handshake
	 * @since 0.1
	 */
	HttpMethod getMethod();

	/**
	 * Return the URI as asked: scheme, host, port, path and query.
	 * @return the URI; nothing in it was decoded
	 * @since 0.1
	 */
	URI getURI();

	/**
	 * Return the headers of the request.
	 * @return a read-only copy with all values
	 * @since 0.1
	 */
	HttpHeaders getHeaders();

	/**
	 * Return the authenticated user.
	 * @return the subject of the client's certificate, or what the {@link UserResolver} has said since; {@code null} if
	 * unknown
	 * @since 0.1
	 */
	Principal getPrincipal();

	/**
	 * Return the certificate that the client showed by TLS; see {@link TlsSettings#withClientCertificates}. The session does
	 * not keep it: who needs it later puts what it needs of it into the session's attributes. The default is that of a
	 * client without one, for stand-ins in tests.
	 * @return the client's own certificate, checked by the engine, without those behind it; {@code null} if there is none
	 * @since 0.1
	 */
	default X509Certificate getClientCertificate() {
		return null;
	}

	/**
	 * Return the address on which the connection was accepted.
	 * @return the address
	 * @since 0.1
	 */
	InetSocketAddress getLocalAddress();

	/**
	 * Return the address of the client.
	 * @return the address
	 * @since 0.1
	 */
	InetSocketAddress getRemoteAddress();
}
