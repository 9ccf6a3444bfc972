package io.hawser.websocket.internal;

import io.hawser.websocket.HttpHeaders;
import io.hawser.websocket.HttpMethod;
import io.hawser.websocket.ServerHttpRequest;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.security.cert.X509Certificate;

/** An opening handshake as interceptors see it; lives no longer than the handshake. */
final class HandshakeRequest implements ServerHttpRequest {
	private final RequestRecord request;
	private final HttpHeaders headers;
	private final X509Certificate clientCertificate;
	private volatile Principal principal;

	HandshakeRequest(RequestRecord request) {
		this.request = request;
		this.headers = request.headers();
		this.clientCertificate = request.clientCertificate();
		this.principal = RequestRecord.subject(clientCertificate);
	}

	@Override
	public HttpMethod getMethod() {
		return HttpMethod.valueOf(request.method());
	}

	@Override
	public URI getURI() {
		return request.uri(request.httpScheme(), headers);
	}

	@Override
	public HttpHeaders getHeaders() {
		return headers;
	}

	@Override
	public Principal getPrincipal() {
		return principal;
	}

	@Override
	public X509Certificate getClientCertificate() {
		return clientCertificate;
	}

	@Override
	public InetSocketAddress getLocalAddress() {
		return request.localAddress();
	}

	@Override
	public InetSocketAddress getRemoteAddress() {
		return request.remoteAddress();
	}

	void principal(Principal principal) {
		this.principal = principal;
	}
}
