package io.hawser.acceptance;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.ApplicationContext;
import org.springframework.stereotype.Component;

/** The engine's counters, if there is an engine: found by the name of its bean, because this application is compiled without it. */
@Component
class EngineView {
	private static final String BEAN = "hawserEngine";

	private final ApplicationContext context;

	EngineView(ApplicationContext context) {
		this.context = context;
	}

	/** Returns {@code present} and, if it is, how many handshakes it accepted and tunnelled, and what it has open now. */
	Map<String, Object> counters() {
		Map<String, Object> counters = new LinkedHashMap<>();
		try {
			Object engine = context.containsBean(BEAN) ? ((Optional<?>) call(context.getBean(BEAN), "get")).orElse(null) : null;
			counters.put("present", engine != null);
			if (engine != null) {
				Object connections = call(engine, "upstreamConnections");
				counters.put("accepted", call(connections, "accepted"));
				counters.put("tunnelled", call(connections, "tunnelled"));
				Object counted = call(engine, "counters");
				counters.put("openConnections", call(counted, "connectionsOpen"));
				counters.put("openSessions", (long) call(counted, "sessionsOpened") - (long) call(counted, "sessionsClosed"));
				counters.put("refusedOverLimit", call(counted, "refusedOverLimit"));
			}
		} catch (ReflectiveOperationException e) {
			counters.put("failure", e.toString());
		}
		return counters;
	}

	/** The starter keeps its classes to itself. */
	private static Object call(Object target, String name) throws ReflectiveOperationException {
		Method method = target.getClass().getDeclaredMethod(name);
		method.setAccessible(true);
		return method.invoke(target);
	}
}
