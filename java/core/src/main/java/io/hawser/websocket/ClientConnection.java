package io.hawser.websocket;

import io.hawser.websocket.internal.RequestRecord;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who is at the other end of a connection that passes through the engine to its upstream. Immutable; what it says stays true
 * of that connection when it has ended.
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public final class ClientConnection {
	private final RequestRecord record;

	ClientConnection(RequestRecord record) {
		this.record = record;
	}

	/**
	 * Return the address of the client, or of the proxy that connected to the engine.
	 * @return the address
	 * @since 0.1
	 */
	public InetSocketAddress remoteAddress() {
		return record.remoteAddress();
	}

	/**
	 * Return the address of the engine that the client has connected to.
	 * @return the address
	 * @since 0.1
	 */
	public InetSocketAddress localAddress() {
		return record.localAddress();
	}

	/**
	 * Return whether the client speaks TLS with the engine.
	 * @return {@code true} for {@code https} and {@code wss}
	 * @since 0.1
	 */
	public boolean isSecure() {
		return record.isSecure();
	}

	/**
	 * Return the certificate that the client has shown and that the engine's settings trust, without those of its issuers.
	 * @return one certificate, or none
	 * @since 0.1
	 */
	public List<X509Certificate> clientCertificates() {
		X509Certificate shown = record.clientCertificate();
		return shown == null ? List.of() : List.of(shown);
	}

	@Override
	public String toString() {
		return "ClientConnection[" + remoteAddress() + (isSecure() ? ", TLS]" : "]");
	}
}
