package io.hawser.websocket.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.contract.TestClient;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a process with an engine in it lives and ends. */
class ProcessLifeTests {
	private static JavaProcess start(String what, HandlerMode mode) throws Exception {
		return JavaProcess.program(LifeProgram.class, List.of(), what, mode.name());
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void theProcessEndsWhenMainReturnsAlthoughAnEngineAndASessionAreOpen(HandlerMode mode) throws Exception {
		try (JavaProcess process = start("return", mode)) {
			assertEquals(0, process.awaitExit(), process::output);
			assertEquals("hello", process.awaitLine("echo "));
			process.awaitLine("main returns");
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aHandlerMayCloseItsSessionAndStopItsEngine(HandlerMode mode) throws Exception {
		try (JavaProcess process = start("serve", mode)) {
			int port = process.awaitPort();
			try (TestClient closed = TestClient.connect(port, "/test"); TestClient stops = TestClient.connect(port, "/test");
					TestClient other = TestClient.connect(port, "/test")) {
				closed.sendText("close");
				assertEquals(new CloseStatus(4000, "asked for"), closed.awaitClose());
				process.awaitLine("closed 4000");
				stops.sendText("stop");
				assertEquals(1001, stops.awaitClose().getCode());
				assertEquals(1001, other.awaitClose().getCode());
			}
			assertEquals(0, process.awaitExit(), process::output);
			process.awaitLine("stop returned false");
			process.awaitLine("ended with 3 sessions closed");
			assertTrue(process.output().contains("closed 1001"), process::output);
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void systemExitInAHandlerEndsTheProcess(HandlerMode mode) throws Exception {
		try (JavaProcess process = start("serve", mode)) {
			try (TestClient client = TestClient.connect(process.awaitPort(), "/test")) {
				client.sendText("hello");
				assertEquals("hello", client.awaitText());
				client.sendText("exit");

				assertEquals(7, process.awaitExit(), process::output);
			}
		}
	}
}
