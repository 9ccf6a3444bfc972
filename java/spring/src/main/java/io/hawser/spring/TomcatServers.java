package io.hawser.spring;

import java.net.InetAddress;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** What needs Tomcat's classes; loaded only where Tomcat is. */
final class TomcatServers {
	private TomcatServers() {
	}

	static Valve hook(HawserEngine engine) {
		return new TomcatHook(engine);
	}

	static boolean isHook(Object valve) {
		return valve instanceof TomcatHook;
	}

	/** Opens a free port on that address; returns it. */
	static int addConnector(Object server, InetAddress address) {
		Connector connector = new Connector();
		connector.setPort(0);
		connector.setProperty("address", address.getHostAddress());
		((Tomcat) server).getService().addConnector(connector);
		return connector.getLocalPort();
	}
}
