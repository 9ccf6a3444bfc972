package io.hawser.spring;

import io.hawser.websocket.ClientConnection;
import io.hawser.websocket.UpgradeRequest;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.util.ReflectionUtils;

/**
 * Tomcat's first valve: gives a request that came through the engine the address, scheme and port of its client, below
 * everything that looks at forwarded headers, and takes the engine's header out. Knows nothing of WebSockets.
 */
final class TomcatHook extends ValveBase {
	private static final int HTTPS_PORT = 443;
	/** Tomcat has no setters for these; without them the numbers of the loopback connection would be seen. */
	private static final Field REMOTE_PORT = field("remotePort");
	private static final Field LOCAL_PORT = field("localPort");
	private static final Field LOCAL_ADDRESS = field("localAddr");
	private static final Field LOCAL_NAME = field("localName");
	private static final Field PEER_ADDRESS = field("peerAddr");

	private final HawserEngine engine;

	TomcatHook(HawserEngine engine) {
		super(true);
		this.engine = engine;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		String header = request.getHeader(Requests.CONNECTION_HEADER);
		Optional<UpgradeRequest> upgrade = Optional.empty();
		if (header != null) {
			upgrade = engine.findUpgrade(header);
			request.getCoyoteRequest().getMimeHeaders().removeHeader(Requests.CONNECTION_HEADER);
		}
		upgrade.ifPresent((handshake) -> request.setAttribute(Requests.UPGRADE, handshake));
		upgrade.map(UpgradeRequest::client).or(() -> findClient(request))
				.ifPresent((client) -> restore(request, client));
		getNext().invoke(request, response);
	}

	/** Tomcat gives addresses as text, so this is never a name to be looked up. */
	private Optional<ClientConnection> findClient(Request request) {
		try {
			return engine.findClient(InetAddress.getByName(request.getRemoteAddr()), request.getRemotePort(), request.getLocalPort());
		} catch (UnknownHostException e) {
			return Optional.empty();
		}
	}

	private static void restore(Request request, ClientConnection client) {
		request.setAttribute(Requests.CLIENT, client);
		String address = Requests.text(client.remoteAddress());
		request.setRemoteAddr(address);
		request.setRemoteHost(address);
		set(PEER_ADDRESS, request, address);
		set(REMOTE_PORT, request, client.remoteAddress().getPort());
		String local = Requests.text(client.localAddress());
		set(LOCAL_ADDRESS, request, local);
		set(LOCAL_NAME, request, local);
		set(LOCAL_PORT, request, client.localAddress().getPort());
		boolean portSaid = Requests.hasPort(request.getHeader("Host"));
		if (client.isSecure()) {
			request.setSecure(true);
			request.getCoyoteRequest().scheme().setString("https");
			restoreCertificates(request, client);
		}
		if (!portSaid) {
			request.getCoyoteRequest().setServerPort(client.isSecure() ? HTTPS_PORT : client.localAddress().getPort());
		}
	}

	private static void restoreCertificates(Request request, ClientConnection client) {
		if (!client.clientCertificates().isEmpty()) {
			request.setAttribute(Requests.CERTIFICATES, client.clientCertificates().toArray(new X509Certificate[0]));
		}
	}

	private static void set(Field field, Request request, Object value) {
		if (field != null) {
			ReflectionUtils.setField(field, request, value);
		}
	}

	private static Field field(String name) {
		Field field = ReflectionUtils.findField(Request.class, name);
		if (field != null) {
			ReflectionUtils.makeAccessible(field);
		}
		return field;
	}
}
