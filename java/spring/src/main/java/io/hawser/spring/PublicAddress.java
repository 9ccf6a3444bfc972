package io.hawser.spring;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.springframework.boot.web.server.AbstractConfigurableWebServerFactory;
import org.springframework.boot.web.server.Shutdown;

/**
 * Where the application wants to be reached: what its web server would have listened on.
 *
 * @param port 0 for a free one
 * @param host an address
 * @param tls {@code null} without TLS
 * @param graceful whether requests in flight are waited for at the end
 */
record PublicAddress(int port, String host, ServerTls tls, boolean graceful) {
	/** Reads it from the factory of the server, after all customizers. */
	static PublicAddress of(AbstractConfigurableWebServerFactory factory, HawserProperties properties) {
		boolean tls = factory.getSsl() != null && factory.getSsl().isEnabled();
		int port = properties.port() != null ? properties.port() : factory.getPort();
		return new PublicAddress(port, host(factory.getAddress()),
				tls ? new ServerTls(factory.getSsl(), factory.getSslBundles()) : null,
				factory.getShutdown() == Shutdown.GRACEFUL);
	}

	String scheme() {
		return tls == null ? "http" : "https";
	}

	private static String host(InetAddress address) {
		return address != null ? address.getHostAddress() : anyAddress();
	}

	/** Returns what a server of this JVM without an address listens on: both families where the machine has both. */
	private static String anyAddress() {
		try (ServerSocketChannel probe = ServerSocketChannel.open()) {
			probe.bind(null);
			return ((InetSocketAddress) probe.getLocalAddress()).getAddress() instanceof Inet6Address ? "::" : "0.0.0.0";
		} catch (IOException e) {
			return "0.0.0.0";
		}
	}
}
