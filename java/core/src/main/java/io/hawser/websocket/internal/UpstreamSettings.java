package io.hawser.websocket.internal;

import java.time.Duration;
import java.util.List;

/**
 * What the native side is to know of an upstream, each value checked before. Knows nothing of requests.
 *
 * @param address an IP address and a port
 */
public record UpstreamSettings(String address, int maxIdleConnections, Duration connectTimeout, Duration answerTimeout) {
	/** Returns the lines that the native side parses, with the paths that the upstream does not get. */
	String toNativeConfig(List<HandlerPath> ownPaths) {
		StringBuilder lines = new StringBuilder("\nupstream=" + address + "\nupstream_max_idle=" + maxIdleConnections
				+ "\nupstream_connect_timeout_ms=" + connectTimeout.toMillis() + "\nupstream_answer_timeout_ms="
				+ answerTimeout.toMillis());
		ownPaths.forEach((path) -> lines.append("\nown_path=").append(path));
		return lines.toString();
	}
}
