package io.hawser.spring;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

/** An opening handshake whose servlet context leads to the engine's WebSocket container. */
final class EngineRequest extends HttpServletRequestWrapper {
	private final ServletContext context;

	EngineRequest(HttpServletRequest request, ServletContext context) {
		super(request);
		this.context = context;
	}

	@Override
	public ServletContext getServletContext() {
		return context;
	}
}
