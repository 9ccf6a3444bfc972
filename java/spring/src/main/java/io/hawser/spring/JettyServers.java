package io.hawser.spring;

import java.net.InetAddress;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** What needs Jetty's classes; loaded only where Jetty is. */
final class JettyServers {
	private JettyServers() {
	}

	static void install(Object server, HawserEngine engine) {
		JettyHook.install((Server) server, engine);
	}

	/** Opens a free port on that address; returns it. */
	static int addConnector(Object server, InetAddress address) throws Exception {
		ServerConnector connector = new ServerConnector((Server) server);
		connector.setHost(address.getHostAddress());
		connector.setPort(0);
		((Server) server).addConnector(connector);
		connector.start();
		return connector.getLocalPort();
	}
}
