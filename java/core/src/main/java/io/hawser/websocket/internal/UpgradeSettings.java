package io.hawser.websocket.internal;

import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.Map;

/** What was set for a session that an upstream accepts; {@code null} where nothing was. Knows no connection. */
public record UpgradeSettings(String subProtocol, Principal principal, Map<String, Object> attributes, URI uri,
		InetSocketAddress remoteAddress, InetSocketAddress localAddress, Integer maxTextMessageBytes,
		Integer maxBinaryMessageBytes, boolean compression, Object placedWith) {
}
