package io.hawser.spring;

import io.hawser.websocket.UpgradeRequest;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * The application's first filter: opening handshakes from the engine go on with a request whose servlet context has the
 * engine's WebSocket container, so that whoever upgrades them ends up there. All other requests pass as they are.
 */
final class HawserFilter implements Filter {
	private final EngineServletContexts contexts;
	private final TunnelledUpgrades tunnelled;
	private final boolean requireEngine;

	HawserFilter(EngineServletContexts contexts, TunnelledUpgrades tunnelled, boolean requireEngine) {
		this.contexts = contexts;
		this.tunnelled = tunnelled;
		this.requireEngine = requireEngine;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (request.getDispatcherType() != DispatcherType.REQUEST) {
			chain.doFilter(request, response);
		} else if (requireEngine && request.getAttribute(Requests.CLIENT) == null) {
			((HttpServletResponse) response).sendError(HttpServletResponse.SC_FORBIDDEN);
		} else {
			UpgradeRequest upgrade = Requests.upgrade(request);
			if (upgrade == null) {
				chain.doFilter(request, response);
			} else {
				handshake((HttpServletRequest) request, (HttpServletResponse) response, chain, upgrade);
			}
		}
	}

	private void handshake(HttpServletRequest request, HttpServletResponse response, FilterChain chain,
			UpgradeRequest upgrade) throws IOException, ServletException {
		boolean answered = false;
		try {
			chain.doFilter(new EngineRequest(request, contexts.of(request.getServletContext())), response);
			answered = true;
		} finally {
			// What a filter behind the acceptance made of it counts: only the untouched answer is one for the engine.
			if (!answered || response.getStatus() != HttpServletResponse.SC_OK) {
				upgrade.cancel();
			}
		}
		if (response.getStatus() == HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
			tunnelled.report(request);
		}
	}
}
