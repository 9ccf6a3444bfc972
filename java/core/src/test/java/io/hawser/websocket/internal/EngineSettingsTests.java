package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class EngineSettingsTests {
	private final EngineSettings settings = new EngineSettings();

	private static void refused(String text, Executable setting) {
		String message = assertThrows(IllegalArgumentException.class, setting).getMessage();
		assertEquals(text, message);
	}

	@Test
	void aValueOutsideItsRangeIsNamedWithTheRange() {
		refused("port must be 0 to 65535, not 65536", () -> settings.port(65_536));
		refused("port must be 0 to 65535, not -1", () -> settings.port(-1));
		refused("loops must be 1 to 256, not 0", () -> settings.loops(0));
		refused("maxTextMessageBytes must be 125 to 2147483639, not 124", () -> settings.maxTextMessageBytes(124));
		refused("maxFragments must be 1 to 16777216, not 0", () -> settings.maxFragments(0));
		refused("maxFragments must be 1 to 16777216, not 16777217", () -> settings.maxFragments(16_777_217));
		refused("maxHeldBytes must be 1024 to 1099511627776, not 1023", () -> settings.maxHeldBytes(1023));
		refused("maxHeldBytes must be 1024 to 1099511627776, not 1099511627777",
				() -> settings.maxHeldBytes(1_099_511_627_777L));
		refused("maxControlFramesPerSecond must be 1 to 1000000, not 0", () -> settings.maxControlFramesPerSecond(0));
		refused("maxControlFramesPerSecond must be 1 to 1000000, not 1000001",
				() -> settings.maxControlFramesPerSecond(1_000_001));
		refused("maxConnections must be 1 to 16777216, not 0", () -> settings.maxConnections(0));
		refused("maxConnections must be 1 to 16777216, not 16777217", () -> settings.maxConnections(16_777_217));
		refused("maxConnectionsPerAddress must be 1 to 16777216, not 0", () -> settings.maxConnectionsPerAddress(0));
		refused("maxConnectionsPerAddress must be 1 to 16777216, not 16777217",
				() -> settings.maxConnectionsPerAddress(16_777_217));
		refused("maxHandshakes must be 1 to 16777216, not 0", () -> settings.maxHandshakes(0));
		refused("maxHandshakes must be 1 to 16777216, not 16777217", () -> settings.maxHandshakes(16_777_217));
		refused("spareCarriers must be 1 to 1000, not 0", () -> settings.pump().spareCarriers(0));
		refused("spareCarriers must be 1 to 1000, not 1001", () -> settings.pump().spareCarriers(1001));
		refused("closeTimeout must be 1 ms to 1 h, not PT0S", () -> settings.closeTimeout(Duration.ZERO));
		refused("host must be a name or an address without spaces, not 'a\nport=1'", () -> settings.host("a\nport=1"));
	}

	@Test
	void valuesOnTheBordersPass() {
		settings.port(65_535);
		settings.loops(256);
		settings.maxTextMessageBytes(125);
		settings.maxBinaryMessageBytes(Integer.MAX_VALUE - 8);
		for (int count : new int[] {1, 16_777_216}) {
			settings.maxFragments(count);
			settings.maxConnections(count);
			settings.maxConnectionsPerAddress(count);
			settings.maxHandshakes(count);
		}
		settings.pump().spareCarriers(1);
		settings.pump().spareCarriers(1000);
		settings.maxHeldBytes(1024);
		settings.maxHeldBytes(1_099_511_627_776L);
		settings.maxControlFramesPerSecond(1);
		settings.maxControlFramesPerSecond(1_000_000);
		settings.closeTimeout(Duration.ofMillis(1));
		settings.handshakeTimeout(Duration.ofHours(1));
	}

	@Test
	void nullIsNamed() {
		assertEquals("mode", assertThrows(NullPointerException.class, () -> settings.mode(null)).getMessage());
		assertEquals("host", assertThrows(NullPointerException.class, () -> settings.host(null)).getMessage());
		assertEquals("compression", assertThrows(NullPointerException.class, () -> settings.compression(null)).getMessage());
		assertEquals("closeTimeout",
				assertThrows(NullPointerException.class, () -> settings.closeTimeout(null)).getMessage());
	}

	@Test
	void theNativeSideGetsLinesWithAnAddress() throws Exception {
		settings.host("[::1]");
		settings.port(8080);

		String config = new String(settings.toNativeConfig(List.of()), StandardCharsets.UTF_8);

		assertTrue(config.startsWith("host=0:0:0:0:0:0:0:1\nport=8080\n"), config);
		assertTrue(config.contains("\nclose_timeout_ms=5000\n"), config);
		assertTrue(config.contains("\nmax_fragments=16384\nmax_held_bytes=268435456\nmax_control_frames_per_second=500\n"
				+ "max_connections_per_address=16777216\nmax_handshakes=16384\n"), config);
	}

	@Test
	void anUpstreamIsGivenWithThePathsThatAreNotIts() throws Exception {
		settings.upstream(new UpstreamSettings("127.0.0.1:81", 3, Duration.ofMillis(4), Duration.ofMillis(5)));
		PathTable<String> paths = new PathTable<>();
		paths.add(HandlerPath.parse("/chat", "path"), "");
		paths.add(HandlerPath.parse("/**", "path"), "");

		String config = new String(settings.toNativeConfig(paths.paths()), StandardCharsets.UTF_8);

		assertTrue(config.contains("\nupstream=127.0.0.1:81\nupstream_max_idle=3\nupstream_connect_timeout_ms=4\n"
				+ "upstream_answer_timeout_ms=5\nown_path=/chat\nown_path=/**\n"), config);
	}

	@Test
	void aHostThatCannotBeResolvedIsNamed() {
		settings.host("no-such-host.invalid");

		String message = assertThrows(UnknownHostException.class, () -> settings.toNativeConfig(List.of())).getMessage();

		assertTrue(message.contains("no-such-host.invalid"), message);
	}
}
