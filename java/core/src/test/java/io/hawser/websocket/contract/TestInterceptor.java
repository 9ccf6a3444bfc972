package io.hawser.websocket.contract;

import io.hawser.websocket.HandshakeInterceptor;
import io.hawser.websocket.ServerHttpRequest;
import io.hawser.websocket.ServerHttpResponse;
import io.hawser.websocket.WebSocketHandler;
import java.util.List;
import java.util.Map;

/** An interceptor that writes its calls down and does what a test asks of it. */
class TestInterceptor implements HandshakeInterceptor {
	/** Decides a handshake. */
	@FunctionalInterface
	interface Decision {
		boolean decide(ServerHttpRequest request, ServerHttpResponse response, Map<String, Object> attributes)
				throws Exception;
	}

	private final String name;
	private final List<? super String> calls;
	private Decision decision = (request, response, attributes) -> true;
	private Runnable onEach;

	TestInterceptor(String name, List<? super String> calls) {
		this.name = name;
		this.calls = calls;
	}

	TestInterceptor deciding(Decision decision) {
		this.decision = decision;
		return this;
	}

	/** Does this in each call instead of writing it down. */
	TestInterceptor onEach(Runnable onEach) {
		this.onEach = onEach;
		return this;
	}

	@Override
	public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler wsHandler,
			Map<String, Object> attributes) throws Exception {
		note("before " + name);
		return decision.decide(request, response, attributes);
	}

	@Override
	public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler wsHandler,
			Exception exception) {
		note("after " + name + (exception == null ? "" : " " + exception.getClass().getSimpleName()));
	}

	private void note(String call) {
		if (onEach != null) {
			onEach.run();
		} else {
			calls.add(call);
		}
	}
}
