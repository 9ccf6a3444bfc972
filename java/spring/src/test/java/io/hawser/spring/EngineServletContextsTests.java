package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import jakarta.servlet.ServletContext;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class EngineServletContextsTests {
	@Test
	void aContextHasOneSubstituteForEver() {
		ServletContext real = (ServletContext) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] {ServletContext.class}, (proxy, method, arguments) -> switch (method.getName()) {
					case "getContextPath" -> "/app";
					case "hashCode" -> 1;
					case "equals" -> proxy == arguments[0];
					default -> null;
				});
		EngineServletContexts contexts = new EngineServletContexts(null);
		ServletContext substitute = contexts.of(real);
		assertSame(substitute, contexts.of(real));
		assertEquals(substitute, contexts.of(real));
		assertEquals("/app", substitute.getContextPath());
	}
}
