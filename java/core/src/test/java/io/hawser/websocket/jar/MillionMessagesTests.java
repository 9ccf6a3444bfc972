package io.hawser.websocket.jar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.contract.Frame;
import io.hawser.websocket.contract.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A million messages through the border while the JVM checks every JNI call. */
class MillionMessagesTests {
	private static final int MESSAGES = 1_000_000;
	private static final int BATCH = 1000;
	/** Enough to keep the server busy, far below what it may hold for a client. */
	private static final int BATCHES_AHEAD = 8;

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aMillionMessagesUnderXcheckJniOn17GiveNoWarning(HandlerMode mode) throws Exception {
		Frame[] frames = new Frame[BATCH];
		ByteArrayOutputStream sent = new ByteArrayOutputStream();
		ByteArrayOutputStream echoed = new ByteArrayOutputStream();
		for (int i = 0; i < BATCH; i++) {
			frames[i] = message(i);
			sent.writeBytes(frames[i].masked());
			echoed.writeBytes(frames[i].unmasked());
		}
		try (JavaProcess process = JavaProcess.command(Jdk.ofVersion(17), "-Xcheck:jni", "-jar", JavaProcess.jar(), "echo",
				"--port", 0, "--mode", mode.name().toLowerCase(Locale.ROOT), "--loops", 1)) {
			String address = process.awaitLine("echo on ws://127.0.0.1:");
			int port = Integer.parseInt(address.substring(0, address.indexOf('/')));
			try (RawClient client = RawClient.connect(port, "/echo")) {
				exchange(client, sent.toByteArray(), echoed.toByteArray());
				client.send(Frame.close(1000, "done"));
				assertEquals(1000, client.readClose().closeCode());
			}
			openAndLeave(port);

			String output = process.output().toLowerCase(Locale.ROOT);
			assertFalse(output.contains("warning") || output.contains("fatal") || output.contains("jni"), process::output);
		}
	}

	/** Sends a few batches ahead of what has come back, and compares every byte of it. */
	private static void exchange(RawClient client, byte[] batch, byte[] expected) throws IOException {
		byte[] echoed = new byte[expected.length];
		int sentBatches = 0;
		for (int i = 0; i < MESSAGES / BATCH; i++) {
			while (sentBatches < Math.min(i + BATCHES_AHEAD, MESSAGES / BATCH)) {
				client.sendBytes(batch);
				sentBatches++;
			}
			client.readFully(echoed);
			assertArrayEquals(expected, echoed);
		}
	}

	private static Frame message(int number) {
		int size = number % 150;
		if (number % 2 == 0) {
			byte[] bytes = new byte[size];
			new Random(number).nextBytes(bytes);
			return Frame.binary(bytes);
		}
		return Frame.of(Frame.TEXT, (number % 4 == 1 ? "x".repeat(size) : "\u20ac".repeat(size / 3))
				.getBytes(StandardCharsets.UTF_8));
	}

	/** The other calls of the border: handshakes, refusals, ends of every kind. */
	private static void openAndLeave(int port) {
		for (int i = 0; i < 100; i++) {
			try (RawClient client = RawClient.connect(port, "/echo")) {
				client.send(Frame.of(Frame.PING, new byte[i]), Frame.text("hello"));
				client.read();
				assertEquals("hello", client.readText());
				if (i % 2 == 0) {
					client.send(new Frame(0xFF, new byte[0]));
					assertEquals(1002, client.readClose().closeCode());
				}
			} catch (IOException e) {
				throw new UncheckedIOException(e);
			}
		}
	}
}
