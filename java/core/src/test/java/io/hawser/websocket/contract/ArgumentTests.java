package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.Compression;
import io.hawser.websocket.HandshakeInterceptor;
import io.hawser.websocket.OverflowStrategy;
import io.hawser.websocket.UpgradeOptions;
import io.hawser.websocket.Upstream;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketEngineBuilder;
import io.hawser.websocket.WebSocketHandlerRegistration;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Wrong calls: each is refused with the name of what was wrong, and leaves everything as it was. */
class ArgumentTests {
	private final RecordingHandler handler = new RecordingHandler();
	private final WebSocketEngineBuilder builder = WebSocketEngine.builder();

	private static void assertNull(String name, Executable call) {
		String text = assertThrows(NullPointerException.class, call, name).getMessage();
		assertTrue(text != null && text.contains(name), name + ": " + text);
	}

	private static void assertRefused(String name, Object value, Executable call) {
		String text = assertThrows(IllegalArgumentException.class, call, name + "=" + value).getMessage();
		assertTrue(text.contains(name) && text.contains(String.valueOf(value)), text);
	}

	@Test
	void nullIsRefusedByName() {
		WebSocketHandlerRegistration registration = builder.addHandler(handler, "/test");
		assertAll(
				() -> assertNull("host", () -> builder.host(null)),
				() -> assertNull("mode", () -> builder.mode(null)),
				() -> assertNull("handshakeTimeout", () -> builder.handshakeTimeout(null)),
				() -> assertNull("closeTimeout", () -> builder.closeTimeout(null)),
				() -> assertNull("overflowStrategy", () -> builder.overflowStrategy(null)),
				() -> assertNull("overflowStrategy", () -> registration.setOverflowStrategy(null)),
				() -> assertNull("sendTimeLimit", () -> builder.sendTimeLimit(null)),
				() -> assertNull("httpHandler", () -> builder.httpHandler(null)),
				() -> assertNull("compression", () -> builder.compression(null)),
				() -> assertNull("compression", () -> registration.setCompression(null)),
				() -> assertNull("tls", () -> builder.tls(null)),
				() -> assertNull("upstream", () -> builder.upstream(null)),
				() -> assertNull("executor", () -> builder.executor(null)),
				() -> assertNull("classLoader", () -> builder.contextClassLoader(null)),
				() -> assertNull("address", () -> Upstream.at(null)),
				() -> assertNull("attributes", () -> UpgradeOptions.DEFAULT.attributes(null)),
				() -> assertNull("uri", () -> UpgradeOptions.DEFAULT.uri(null)),
				() -> assertNull("address", () -> UpgradeOptions.DEFAULT.remoteAddress(null)),
				() -> assertNull("address", () -> UpgradeOptions.DEFAULT.localAddress(null)),
				() -> assertNull("object", () -> UpgradeOptions.DEFAULT.placedWith(null)),
				() -> assertNull("handler", () -> builder.addHandler(null, "/x")),
				() -> assertNull("paths", () -> builder.addHandler(handler, (String[]) null)),
				() -> assertNull("paths[1]", () -> builder.addHandler(handler, "/x", null)),
				() -> assertNull("interceptors", () -> registration.addInterceptors((HandshakeInterceptor[]) null)),
				() -> assertNull("interceptors[0]", () -> registration.addInterceptors((HandshakeInterceptor) null)),
				() -> assertNull("mode", () -> registration.setMode(null)),
				() -> assertNull("userResolver", () -> registration.determineUser(null)),
				() -> assertNull("allowedOrigins", () -> registration.setAllowedOrigins((String[]) null)),
				() -> assertNull("allowedOrigins[0]", () -> registration.setAllowedOrigins((String) null)),
				() -> assertNull("allowedOriginPatterns", () -> registration.setAllowedOriginPatterns((String[]) null)));
	}

	@Test
	void numbersOutsideTheirRangeAreRefusedByNameAndValue() {
		record Setting(String name, long least, long most, Consumer<Integer> set) {
		}
		List<Setting> settings = List.of(
				new Setting("port", 0, 65_535, builder::port), new Setting("backlog", 1, 65_535, builder::backlog),
				new Setting("loops", 1, 256, builder::loops), new Setting("workers", 1, 10_000, builder::workers),
				new Setting("maxConnections", 1, 16_777_216, builder::maxConnections),
				new Setting("maxConnectionsPerAddress", 1, 1 << 24, builder::maxConnectionsPerAddress),
				new Setting("maxHandshakes", 1, 1 << 24, builder::maxHandshakes),
				new Setting("maxFragments", 1, 1 << 24, builder::maxFragments),
				new Setting("maxControlFramesPerSecond", 1, 1_000_000, builder::maxControlFramesPerSecond),
				new Setting("maxTextMessageBytes", 125, Integer.MAX_VALUE - 8, builder::maxTextMessageBytes),
				new Setting("maxBinaryMessageBytes", 125, Integer.MAX_VALUE - 8, builder::maxBinaryMessageBytes),
				new Setting("sendHighWaterBytes", 1024, 1 << 30, builder::sendHighWaterBytes),
				new Setting("spareCarriers", 1, 1000, builder::spareCarriers),
				new Setting("maxTopicsPerSession", 1, 1_000_000, builder::maxTopicsPerSession),
				new Setting("inboundWindowBytes", 1024, 1 << 30, builder::inboundWindowBytes),
				new Setting("maxHeadBytes", 256, 1 << 20, builder::maxHeadBytes),
				new Setting("maxHeaders", 1, 1000, builder::maxHeaders),
				new Setting("maxHttpBodyBytes", 0, 1 << 30, builder::maxHttpBodyBytes));
		for (Setting setting : settings) {
			setting.set.accept((int) setting.least);
			setting.set.accept((int) setting.most);
			for (long bad : new long[] { setting.least - 1, setting.most + 1, Integer.MIN_VALUE }) {
				assertRefused(setting.name, (int) bad, () -> setting.set.accept((int) bad));
			}
		}
	}

	@Test
	void timesOutsideTheirRangeAreRefusedByNameAndValue() {
		builder.closeTimeout(Duration.ofMillis(1)).closeTimeout(Duration.ofHours(1));
		builder.sendTimeLimit(Duration.ofMillis(1)).sendTimeLimit(Duration.ofHours(1));
		builder.handshakeTimeout(Duration.ofMillis(1)).handshakeTimeout(Duration.ofHours(1));
		for (Duration bad : List.of(Duration.ZERO, Duration.ofNanos(999_999), Duration.ofSeconds(-1),
				Duration.ofHours(1).plusNanos(1), Duration.ofSeconds(Long.MAX_VALUE))) {
			assertRefused("closeTimeout", bad, () -> builder.closeTimeout(bad));
			assertRefused("sendTimeLimit", bad, () -> builder.sendTimeLimit(bad));
			assertRefused("handshakeTimeout", bad, () -> builder.handshakeTimeout(bad));
		}
	}

	@Test
	void waterMarksMustBeInTheirRangesAndInOrder() throws Exception {
		WebSocketHandlerRegistration registration = builder.addHandler(handler, "/test");
		for (int bad : new int[] { -1, 0, (1 << 30) + 1 }) {
			assertRefused("sendLowWaterBytes", bad, () -> builder.sendLowWaterBytes(bad));
			assertRefused("lowWaterBytes", bad, () -> registration.setSendWaterMarks(bad, 1 << 30));
		}
		for (int bad : new int[] { -1, 1023, (1 << 30) + 1 }) {
			assertRefused("highWaterBytes", bad, () -> registration.setSendWaterMarks(1, bad));
		}
		assertRefused("lowWaterBytes must not be above highWaterBytes", 2001, () -> registration.setSendWaterMarks(2001, 2000));
		registration.setSendWaterMarks(2000, 2000);

		builder.sendLowWaterBytes(1_048_577);
		assertRefused("sendLowWaterBytes must not be above sendHighWaterBytes", 1_048_577, builder::start);
		assertRefused("sendHighWaterBytes", 2000, () -> builder.sendHighWaterBytes(2000));
		builder.sendLowWaterBytes(2000).sendHighWaterBytes(2000);
		builder.start().close();
	}

	@Test
	void theBudgetOfWhatWaitsHasARange() {
		for (long bad : new long[] { -1, 65_535, (1L << 40) + 1 }) {
			assertRefused("maxBufferedBytes", bad, () -> builder.maxBufferedBytes(bad));
		}
		builder.maxBufferedBytes(65_536).maxBufferedBytes(1L << 40);
	}

	@Test
	void pathsAndOriginsThatCannotWorkAreRefused() {
		WebSocketHandlerRegistration registration = builder.addHandler(handler, "/test");
		assertRefused("paths", "/chat", () -> builder.addHandler(handler));
		assertRefused("paths[0]", "chat", () -> builder.addHandler(handler, "chat"));
		assertRefused("paths[1]", "/a*b", () -> builder.addHandler(handler, "/ok", "/a*b"));
		assertRefused("path", "/test", () -> builder.addHandler(handler, "/test"));
		assertRefused("allowedOrigins[0]", "example.org", () -> registration.setAllowedOrigins("example.org"));
		assertRefused("host", "a b", () -> builder.host("a b"));
	}

	@Test
	void everythingAfterTheStartIsTooLateAndSaysSo() throws Exception {
		WebSocketHandlerRegistration registration = builder.addHandler(handler, "/test");
		try (WebSocketEngine engine = builder.start()) {
			for (Executable late : List.<Executable>of(builder::start, registration::start, () -> builder.port(1),
					() -> builder.addHandler(handler, "/more"), () -> registration.addHandler(handler, "/more"),
					() -> registration.setAllowedOrigins("*"), () -> registration.setCompression(Compression.OFF),
					() -> registration.setOverflowStrategy(OverflowStrategy.BLOCK), () -> registration.setSendWaterMarks(1, 1024),
					() -> builder.moveBlockingHandlers(false), () -> registration.setMaxTextMessageBytes(1000))) {
				String text = assertThrows(IllegalStateException.class, late).getMessage();
				assertTrue(text.contains("too late") && text.contains("WebSocketEngine.builder()"), text);
			}
			RawClient.connect(engine.port(), "/test").close();
		}
	}

	@Test
	void theSessionRefusesWrongArgumentsByNameAndStaysOpen() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			WebSocketSession session = handler.awaitSession();
			assertNull("message", () -> session.sendMessage(null));
			assertNull("status", () -> session.close(null));
			assertTrue(session.isOpen());
			session.close(CloseStatus.NORMAL);
			assertEquals(1000, client.readClose().closeCode());
		}
	}

	@Test
	void theEngineRefusesWrongTimesByName() throws Exception {
		try (TestEngine engine = TestEngine.start(handler)) {
			Duration negative = Duration.ofMillis(-1);
			assertNull("timeout", () -> engine.engine().stop(null));
			assertNull("timeout", () -> engine.engine().awaitStop(null));
			assertRefused("timeout", negative, () -> engine.engine().stop(negative));
			assertRefused("timeout", negative, () -> engine.engine().awaitStop(negative));
			RawClient.connect(engine).close();
		}
	}

	@Test
	void anAddressThatIsNotThisMachinesIsNamed() {
		builder.host("192.0.2.1").port(0).addHandler(handler, "/test");
		IOException refused = assertThrows(IOException.class, builder::start);
		assertTrue(refused.getMessage().contains("192.0.2.1"), refused.getMessage());

		builder.host("no-such-host.invalid");
		refused = assertThrows(IOException.class, builder::start);
		assertTrue(refused.getMessage().contains("no-such-host.invalid"), refused.getMessage());
	}
}
