package io.hawser.websocket;

/**
 * Whether clients show a certificate of their own when they connect by TLS. One that is shown must lead to a trusted
 * authority, be valid now and be meant for clients, or the connection ends in its TLS handshake. Whether it was revoked
 * is not checked (no CRL, no OCSP): let certificates be valid for a short time, or look at
 * {@link ServerHttpRequest#getClientCertificate()} in an interceptor.
 *
 * <p>Source: Hawser's own; the JDK calls them {@code wantClientAuth} and {@code needClientAuth}.
 *
 * @see TlsSettings#withClientCertificates(ClientCertificates, java.nio.file.Path)
 * @since 0.1
 */
public enum ClientCertificates {
	/** A client may show a certificate; one without has no principal. */
	OPTIONAL,
	/** A client without a certificate is not let in. */
	REQUIRED
}
