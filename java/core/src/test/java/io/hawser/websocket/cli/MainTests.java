package io.hawser.websocket.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class MainTests {
	private final ByteArrayOutputStream out = new ByteArrayOutputStream();
	private final ByteArrayOutputStream err = new ByteArrayOutputStream();

	private int run(String... args) {
		return Main.run(List.of(args), new PrintStream(out, true), new PrintStream(err, true));
	}

	private void assertUsage(String text, String... args) {
		err.reset();
		assertEquals(2, run(args));
		assertTrue(err.toString().contains(text), err.toString());
		assertTrue(err.toString().contains("usage:"), err.toString());
		assertEquals("", out.toString());
	}

	@Test
	void withoutACommandItShowsItsUsage() {
		assertUsage("echo --port N");
	}

	@Test
	void whatItDoesNotKnowIsNamed() {
		assertUsage("no command 'serve'", "serve");
		assertUsage("no option '--colour'", "echo", "--port", "1", "--colour", "red");
		assertUsage("no option 'x'", "check", "x");
	}

	@Test
	void anOptionWithoutAUsableValueIsNamed() {
		assertUsage("--port is missing", "echo");
		assertUsage("--port needs a value", "echo", "--port");
		assertUsage("--port must be a whole number, not 'abc'", "echo", "--port", "abc");
		assertUsage("port must be 0 to 65535, not 70000", "echo", "--port", "70000");
		assertUsage("--mode must be adaptive, inline or workers, not 'fast'", "echo", "--port", "0", "--mode", "fast");
		assertUsage("--port was given twice", "echo", "--port", "0", "--port", "1");
	}

	@Test
	void aSwitchTakesNoValue() {
		assertUsage("no option 'yes'", "echo", "--deflate", "yes", "--port", "0");
		assertUsage("--deflate was given twice", "echo", "--deflate", "--port", "0", "--deflate");
		assertUsage("no option '--'", "echo", "--");
	}

	@Test
	void whatBelongsTogetherIsAskedFor() {
		assertUsage("--context-takeover means nothing without --deflate", "echo", "--port", "0", "--context-takeover");
		assertUsage("--tls-key is missing", "echo", "--port", "0", "--tls-certificate", "a.crt");
		assertUsage("--tls-certificate is missing", "echo", "--port", "0", "--tls-key", "a.key");
	}
}
