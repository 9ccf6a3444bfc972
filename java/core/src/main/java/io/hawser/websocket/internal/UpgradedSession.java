package io.hawser.websocket.internal;

import java.net.InetSocketAddress;
import java.net.URI;

/** A session that an upstream has accepted, and that may look other than its connection. Knows no handshake. */
final class UpgradedSession extends NativeSession {
	/** {@code null} where it looks as its connection. */
	private final URI uri;
	private final InetSocketAddress remoteAddress;
	private final InetSocketAddress localAddress;

	UpgradedSession(EngineRuntime engine, long id, RequestRecord request, Endpoint endpoint, UpgradeSettings settings) {
		super(engine, id, request, endpoint);
		this.uri = settings.uri();
		this.remoteAddress = settings.remoteAddress();
		this.localAddress = settings.localAddress();
		if (settings.attributes() != null) {
			attributes(settings.attributes());
		}
	}

	@Override
	public URI getUri() {
		return uri != null ? uri : super.getUri();
	}

	@Override
	public InetSocketAddress getRemoteAddress() {
		return remoteAddress != null ? remoteAddress : super.getRemoteAddress();
	}

	@Override
	public InetSocketAddress getLocalAddress() {
		return localAddress != null ? localAddress : super.getLocalAddress();
	}
}
