package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.TextMessage;

/** Where Hawser does not serve, the application runs as if it were not there. */
class StockServerTests {
	@Configuration(proxyBeanMethods = false)
	static class NoWebSockets {
	}

	/** An application in a JVM of its own: a library is looked for once in a JVM. */
	static final class Standalone {
		public static void main(String[] arguments) throws Exception {
			try (TestServer server = TestServer.start(EchoApplication.class, arguments); TestClient client = server.connect("/echo")) {
				System.out.println("SESSION " + client.sendText("?class").nextText());
			}
		}
	}

	@Test
	void anApplicationWithoutWebSocketsIsLeftAlone() {
		try (TestServer server = TestServer.start(NoWebSockets.class)) {
			assertTrue(server.bean(HawserEngine.class).get().isEmpty());
			assertTrue(server.port() > 0);
		}
	}

	@Test
	void withoutWebSocketsItSaysSoAtDebugOnly() throws Exception {
		List<String> log = ChildJvm.run(NoWebSocketsMain.class);
		assertFalse(log.stream().anyMatch((line) -> line.contains("Hawser does nothing")), () -> String.join("\n", log));
		List<String> debug = ChildJvm.run(NoWebSocketsMain.class, "-Dlogging.level.io.hawser=debug");
		assertTrue(debug.stream().anyMatch((line) -> line.contains("DEBUG") && line.contains("Hawser does nothing")),
				() -> String.join("\n", debug));
	}

	static final class NoWebSocketsMain {
		public static void main(String[] arguments) {
			TestServer.start(NoWebSockets.class, arguments).close();
		}
	}

	@Test
	void whatIsSwitchedOffDoesNotServe() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, "hawser.enabled=false");
				TestClient client = server.connect("/echo")) {
			assertNotEquals("HawserSession", client.sendText("?class").nextText());
			HawserTopics topics = server.bean(HawserTopics.class);
			assertEquals(0, topics.publish("nobody", new TextMessage("x")));
		}
	}

	@Test
	void withoutANativeLibraryThereIsOneWarningAndTheStockServer() throws Exception {
		List<String> log = ChildJvm.run(Standalone.class, "-Dhawser.library.path=/does/not/exist");
		List<String> warnings = ChildJvm.warnings(log);
		assertEquals(1, warnings.size(), () -> String.join("\n", log));
		assertTrue(warnings.get(0).contains("/does/not/exist"), warnings.get(0));
		assertTrue(log.stream().anyMatch((line) -> line.startsWith("SESSION ") && !line.contains("Hawser")),
				() -> String.join("\n", log));
	}

	@Test
	void servedByHawserNothingIsWarnedOf() throws Exception {
		List<String> log = ChildJvm.run(Standalone.class);
		assertTrue(log.contains("SESSION HawserSession"), () -> String.join("\n", log));
		assertEquals(List.of(), ChildJvm.warnings(log));
		assertEquals(1, log.stream().filter((line) -> line.contains("WebSockets on this port are served by Hawser")).count());
	}
}
