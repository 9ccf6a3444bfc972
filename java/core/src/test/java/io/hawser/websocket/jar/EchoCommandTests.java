package io.hawser.websocket.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.contract.Frame;
import io.hawser.websocket.contract.RawClient;
import io.hawser.websocket.contract.TestCertificates;
import io.hawser.websocket.contract.TestClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** {@code java -jar hawser-all.jar echo}, with the jar as the main jar. */
class EchoCommandTests {
	private static int port(JavaProcess process) throws Exception {
		String address = process.awaitLine("echo on ws://127.0.0.1:");
		return Integer.parseInt(address.substring(0, address.indexOf('/')));
	}

	@Test
	void itEchoesOnThePathThatWasAskedFor() throws Exception {
		try (JavaProcess process = JavaProcess.java("-jar", JavaProcess.jar(), "echo", "--port", 0, "--path", "/mirror",
				"--mode", "inline", "--loops", 1)) {
			try (TestClient client = TestClient.connect(port(process), "/mirror")) {
				client.sendText("h\u00e9llo \uD83D\uDE00 \u0000");
				assertEquals("h\u00e9llo \uD83D\uDE00 \u0000", client.awaitText());
				client.sendText("x".repeat(1 << 20));
				assertEquals(1 << 20, client.awaitText().length());
			}
		}
	}

	@Test
	void itCompressesOnlyWhenItIsTold() throws Exception {
		for (boolean deflate : new boolean[] {false, true}) {
			List<Object> command = new ArrayList<>(List.of("-jar", JavaProcess.jar(), "echo", "--port", 0, "--loops", 1));
			if (deflate) {
				command.addAll(List.of("--deflate", "--context-takeover"));
			}
			try (JavaProcess process = JavaProcess.java(command.toArray());
					RawClient client = RawClient.connect(port(process), "/echo", "Sec-WebSocket-Extensions: permessage-deflate")) {
				client.sendText("x".repeat(1000));
				Frame echo = client.read();
				assertEquals(deflate, echo.isCompressed());
				assertEquals(deflate, echo.payload().length < 1000);
			}
		}
	}

	@Test
	void itServesWssWithACertificate() throws Exception {
		TestCertificates certificates = TestCertificates.get();
		try (JavaProcess process = JavaProcess.java("-jar", JavaProcess.jar(), "echo", "--port", 0, "--tls-certificate",
				certificates.chain("localhost"), "--tls-key", certificates.key())) {
			String address = process.awaitLine("echo on wss://127.0.0.1:");
			int port = Integer.parseInt(address.substring(0, address.indexOf('/')));
			try (TestClient client = TestClient.connectTls(certificates.client(), port, "/echo")) {
				client.sendText("hello");
				assertEquals("hello", client.awaitText());
			}
		}
	}

	@Test
	void aCertificateThatCannotBeUsedIsNamedAndTheCommandFails() throws Exception {
		try (JavaProcess process = JavaProcess.java("-jar", JavaProcess.jar(), "echo", "--port", 0, "--tls-certificate",
				"no-such.pem", "--tls-key", "no-such.key")) {
			assertEquals(1, process.awaitExit(), process::output);
			assertTrue(process.output().startsWith("no-such.pem: there is no such file"), process::output);
		}
	}

	@Test
	void aPortInUseIsNamedAndTheCommandFails() throws Exception {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
				JavaProcess process = JavaProcess.java("-jar", JavaProcess.jar(), "echo", "--port", taken.getLocalPort())) {
			assertEquals(1, process.awaitExit(), process::output);
			assertTrue(process.output().contains("127.0.0.1:" + taken.getLocalPort()), process::output);
			assertFalse(process.output().contains("\tat "), "no stack trace");
		}
	}

	@Test
	void onJdk25NothingWarnsOfNativeAccess() throws Exception {
		try (JavaProcess process = JavaProcess.command(Jdk.ofVersion(25), "-jar", JavaProcess.jar(), "echo", "--port", 0)) {
			try (RawClient client = RawClient.connect(port(process), "/echo")) {
				client.sendText("hello");
				assertEquals("hello", client.readText());
			}
			assertFalse(process.output().toLowerCase(Locale.ROOT).contains("warning"), process::output);
		}
		try (JavaProcess check = JavaProcess.command(Jdk.ofVersion(25), "-jar", JavaProcess.jar(), "check")) {
			assertEquals(0, check.awaitExit(), check::output);
			assertFalse(check.output().toLowerCase(Locale.ROOT).contains("warning"), check::output);
		}
	}
}
