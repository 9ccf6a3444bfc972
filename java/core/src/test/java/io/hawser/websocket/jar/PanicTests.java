package io.hawser.websocket.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.contract.Await;
import io.hawser.websocket.contract.Frame;
import io.hawser.websocket.contract.RawClient;
import io.hawser.websocket.internal.PanicProgram;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bug of ours in the native engine stays in the connection that met it. */
class PanicTests {
	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aPanicIsOneSessionClosedWith1011AndOneOnTheCounterAndTheEngineLives(HandlerMode mode) throws Exception {
		try (JavaProcess process = JavaProcess.program(PanicProgram.class, List.of("-Dhawser.test.hooks=true"), mode.name())) {
			int port = process.awaitPort();
			try (RawClient other = RawClient.connect(port, "/test"); RawClient broken = RawClient.connect(port, "/test")) {
				broken.sendText("panic");
				assertEquals(1011, broken.readClose().closeCode());
				broken.readEnd();
				process.awaitLine("closed 1011");

				other.sendText("hello");
				assertEquals("hello", other.readText());
				other.sendText("count");
				assertEquals("1 panics", other.readText());
			}
			try (RawClient next = RawClient.connect(port, "/test")) {
				next.sendText("after");
				assertEquals("after", next.readText());
			}
			assertTrue(process.isAlive());
			Await.until("the line in the log", () -> process.output().contains("a bug in the engine ended one connection"));
		}
	}

	@Test
	void withoutTheTestHooksNobodyCanAskForAPanic() throws Exception {
		try (JavaProcess process = JavaProcess.program(PanicProgram.class, List.of(), "WORKERS")) {
			try (RawClient client = RawClient.connect(process.awaitPort(), "/test")) {
				client.sendText("panic");
				assertEquals(1011, client.readClose().closeCode(), "the handler's own exception");
				client.send(Frame.close(1011, ""));
			}
			process.awaitLine("closed 1011");
			assertTrue(process.output().contains("test_hooks"), process::output);
			assertFalse(process.output().contains("a bug in the engine"), process::output);
		}
	}
}
