package io.hawser.spring;

import io.hawser.websocket.ClientConnection;
import io.hawser.websocket.UpgradeRequest;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;

/**
 * Jetty's first customizer: gives a request that came through the engine the address, scheme and port of its client, below
 * everything that looks at forwarded headers, and takes the engine's header out. Knows nothing of WebSockets.
 */
final class JettyHook implements HttpConfiguration.Customizer {
	private final HawserEngine engine;

	private JettyHook(HawserEngine engine) {
		this.engine = engine;
	}

	/** Installs it at all connectors of a server that was started: before that Jetty replaces them. */
	static void install(Server server, HawserEngine engine) {
		for (Connector connector : server.getConnectors()) {
			connector.getConnectionFactories().stream()
					.filter(HttpConfiguration.ConnectionFactory.class::isInstance)
					.map((factory) -> ((HttpConfiguration.ConnectionFactory) factory).getHttpConfiguration().getCustomizers())
					.filter((customizers) -> customizers.stream().noneMatch(JettyHook.class::isInstance))
					.forEach((customizers) -> customizers.add(0, new JettyHook(engine)));
		}
	}

	@Override
	public Request customize(Request request, HttpFields.Mutable responseHeaders) {
		String header = request.getHeaders().get(Requests.CONNECTION_HEADER);
		Optional<UpgradeRequest> upgrade = header == null ? Optional.empty() : engine.findUpgrade(header);
		Optional<ClientConnection> client = upgrade.map(UpgradeRequest::client).or(() -> findClient(request));
		Request result = header == null && client.isEmpty() ? request : new JettyClientRequest(request, client.orElse(null));
		upgrade.ifPresent((handshake) -> result.setAttribute(Requests.UPGRADE, handshake));
		client.ifPresent((known) -> describe(result, known));
		return result;
	}

	private static void describe(Request request, ClientConnection client) {
		request.setAttribute(Requests.CLIENT, client);
		if (!client.clientCertificates().isEmpty()) {
			request.setAttribute(Requests.CERTIFICATES, client.clientCertificates().toArray(new X509Certificate[0]));
		}
	}

	private Optional<ClientConnection> findClient(Request request) {
		ConnectionMetaData connection = request.getConnectionMetaData();
		return connection.getRemoteSocketAddress() instanceof InetSocketAddress source
				&& connection.getLocalSocketAddress() instanceof InetSocketAddress server
				? engine.findClient(source.getAddress(), source.getPort(), server.getPort()) : Optional.empty();
	}
}
