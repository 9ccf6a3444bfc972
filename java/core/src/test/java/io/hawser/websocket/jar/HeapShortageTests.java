package io.hawser.websocket.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.contract.Await;
import io.hawser.websocket.contract.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A heap that is full for a moment costs sessions at most, never the engine. */
class HeapShortageTests {
	private static final List<String> SMALL_HEAP = List.of("-Xms32m", "-Xmx32m", "-XX:+UseSerialGC",
			"-XX:TieredStopAtLevel=1");
	private static final int SESSIONS = 6;

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void theEngineServesAndStopsAfterIt(HandlerMode mode) throws Exception {
		try (JavaProcess process = JavaProcess.program(HeapProgram.class, SMALL_HEAP, mode.name())) {
			int port = process.awaitPort();
			List<RawClient> clients = new ArrayList<>();
			for (int i = 0; i < SESSIONS; i++) {
				clients.add(RawClient.connect(port, "/test"));
				echo(clients.get(i));
			}
			clients.get(0).sendText("fill");
			Await.until("the end of the shortage", () -> {
				clients.forEach(HeapShortageTests::sendIfOpen);
				return process.output().contains("freed");
			});
			for (RawClient client : clients) {
				client.close();
			}
			try (RawClient first = RawClient.connect(port, "/test"); RawClient second = RawClient.connect(port, "/test")) {
				echo(first);
				echo(second);
				first.sendText("stop");
			}
			assertEquals(0, process.awaitExit(), process::output);
			assertEquals("true, 0 sessions open", process.awaitLine("stop returned "), process::output);
		}
	}

	private static void echo(RawClient client) throws IOException {
		client.sendText("hello");
		assertEquals("hello", client.readText());
	}

	private static void sendIfOpen(RawClient client) {
		try {
			client.sendText("some text that needs a little memory");
		} catch (IOException closed) {
			// The shortage has cost this session.
		}
	}
}
