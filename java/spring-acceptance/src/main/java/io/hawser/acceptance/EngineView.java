package io.hawser.acceptance;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.context.ApplicationContext;
import org.springframework.stereotype.Component;

/**
 * The engine's counters, if there is an engine: a bean of its class, found by name, because this application is compiled without it.
 */
@Component
class EngineView {
	private static final String ENGINE = "io.hawser.websocket.WebSocketEngine";

	private final ApplicationContext context;

	EngineView(ApplicationContext context) {
		this.context = context;
	}

	/** Returns {@code present} and, if it is, how many connections it accepted and tunnelled. */
	Map<String, Object> counters() {
		Map<String, Object> counters = new LinkedHashMap<>();
		try {
			Class<?> type = Class.forName(ENGINE);
			Object engine = context.getBeanProvider(type).getIfAvailable();
			counters.put("present", engine != null);
			if (engine != null) {
				Object connections = call(type, engine, "upstreamConnections");
				counters.put("accepted", call(connections.getClass(), connections, "accepted"));
				counters.put("tunnelled", call(connections.getClass(), connections, "tunnelled"));
			}
		} catch (ClassNotFoundException e) {
			counters.put("present", false);
		} catch (ReflectiveOperationException e) {
			counters.put("failure", e.toString());
		}
		return counters;
	}

	private static Object call(Class<?> type, Object target, String name) throws ReflectiveOperationException {
		Method method = type.getMethod(name);
		return method.invoke(target);
	}
}
