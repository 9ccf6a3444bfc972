package io.hawser.spring;

import io.hawser.websocket.ClientConnection;
import java.net.SocketAddress;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;

/** A request of Jetty as its client sent it to the engine. Knows nothing of how the client was found. */
final class JettyClientRequest extends Request.Wrapper {
	private final HttpFields headers;
	private final HttpURI uri;
	private final ConnectionMetaData connection;
	private final boolean secure;

	/** Wraps a request; without a client only the engine's header is taken out. */
	JettyClientRequest(Request request, ClientConnection client) {
		super(request);
		this.headers = request.getHeaders().contains(Requests.CONNECTION_HEADER) ? withoutOurs(request) : request.getHeaders();
		this.secure = client == null ? request.isSecure() : client.isSecure();
		this.connection = client == null ? request.getConnectionMetaData()
				: new ClientMetaData(request.getConnectionMetaData(), client);
		this.uri = secure ? HttpURI.build(request.getHttpURI()).scheme("https").asImmutable() : request.getHttpURI();
	}

	@Override
	public HttpFields getHeaders() {
		return headers;
	}

	@Override
	public HttpURI getHttpURI() {
		return uri;
	}

	@Override
	public ConnectionMetaData getConnectionMetaData() {
		return connection;
	}

	@Override
	public boolean isSecure() {
		return secure;
	}

	private static HttpFields withoutOurs(Request request) {
		HttpFields.Mutable fields = HttpFields.build();
		for (HttpField field : request.getHeaders()) {
			if (!field.is(Requests.CONNECTION_HEADER)) {
				fields.add(field);
			}
		}
		return fields.asImmutable();
	}

	private static final class ClientMetaData extends ConnectionMetaData.Wrapper {
		private final ClientConnection client;

		ClientMetaData(ConnectionMetaData wrapped, ClientConnection client) {
			super(wrapped);
			this.client = client;
		}

		@Override
		public boolean isSecure() {
			return client.isSecure();
		}

		@Override
		public SocketAddress getRemoteSocketAddress() {
			return client.remoteAddress();
		}

		@Override
		public SocketAddress getLocalSocketAddress() {
			return client.localAddress();
		}
	}
}
