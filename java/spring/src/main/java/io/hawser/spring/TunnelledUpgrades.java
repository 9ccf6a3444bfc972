package io.hawser.spring;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Says once for each path that the container has upgraded a request itself, whose bytes the engine only passes on: correct, but
 * no faster than without Hawser. Thread-safe.
 */
final class TunnelledUpgrades {
	private static final Log logger = LogFactory.getLog(TunnelledUpgrades.class);
	private static final int MAX_PATHS = 100;
	private static final String SPRING_CONTEXT = "org.springframework.web.servlet.DispatcherServlet.CONTEXT";
	private static final String PATTERN = "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern";

	private final Set<String> paths = ConcurrentHashMap.newKeySet();

	void report(HttpServletRequest request) {
		Object pattern = request.getAttribute(PATTERN);
		String path = pattern instanceof String text ? text : request.getRequestURI();
		if (paths.size() >= MAX_PATHS || !paths.add(path)) {
			return;
		}
		if (request.getAttribute(SPRING_CONTEXT) != null) {
			logger.warn("WebSockets on " + path + " are not served by Hawser but passed on to the server: "
					+ "their HandshakeHandler does not upgrade in one of Spring's ways");
		} else {
			logger.info("WebSockets on " + path + " are passed on to the server, as all that are not Spring's");
		}
	}
}
