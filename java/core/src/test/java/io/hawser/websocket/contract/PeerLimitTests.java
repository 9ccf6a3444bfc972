package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.WebSocketEngineBuilder;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What one peer, or all of them together, may cost: at the limit it passes, one more does not. */
class PeerLimitTests {
	private final RecordingHandler handler = new RecordingHandler();

	private TestEngine start(Consumer<WebSocketEngineBuilder> settings) throws IOException {
		return TestEngine.start(handler, (registration) -> settings.accept(registration.builder()));
	}

	private static Frame[] inFrames(int count) {
		Frame[] frames = new Frame[count];
		Arrays.fill(frames, Frame.part(Frame.CONTINUATION, new byte[1]));
		frames[0] = Frame.part(Frame.BINARY, new byte[1]);
		frames[count - 1] = Frame.of(count == 1 ? Frame.BINARY : Frame.CONTINUATION, new byte[1]);
		return frames;
	}

	private void assertClosed(int code, String setting, RawClient client) throws Exception {
		String session = handler.awaitSession().getId();
		assertEquals(code, client.readClose().closeCode());
		client.readEnd();
		assertEquals(code, handler.awaitClosed().getCode());
		TestLog.awaitLine(session, setting);
	}

	@Test
	void aMessageMayComeInSoManyFrames() throws Exception {
		try (TestEngine engine = start((builder) -> builder.maxFragments(5)); RawClient client = RawClient.connect(engine)) {
			client.send(inFrames(5));
			assertEquals(5, handler.awaitMessage().getPayloadLength());
			client.send(inFrames(6));

			assertClosed(1008, "maxFragments", client);
			assertEquals(1, engine.counters().violations());
		}
	}

	@Test
	void byDefaultTheyAre16384() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient client = RawClient.connect(engine)) {
			client.send(inFrames(16_384));
			assertEquals(16_384, handler.awaitMessage().getPayloadLength());
			client.send(inFrames(16_385));

			assertClosed(1008, "maxFragments", client);
		}
	}

	@Test
	void aPeerMaySendSoManyControlFramesInASecond() throws Exception {
		Frame[] pings = new Frame[10];
		Arrays.fill(pings, Frame.of(Frame.PING, new byte[1]));
		try (TestEngine engine = start((builder) -> builder.maxControlFramesPerSecond(10))) {
			try (RawClient client = RawClient.connect(engine)) {
				client.send(pings);
				for (int i = 0; i < 10; i++) {
					assertEquals(Frame.FIN | Frame.PONG, client.read().first());
				}
			}
			handler.awaitClosed();
			handler.awaitSession();
			try (RawClient client = RawClient.connect(engine)) {
				Frame[] flood = new Frame[21];
				// However the seconds fall, eleven of them are in one.
				Arrays.fill(flood, pings[0]);
				client.send(flood);
				Frame frame = client.read();
				while (frame.opcode() == Frame.PONG) {
					frame = client.read();
				}
				assertEquals(1008, frame.closeCode());
				TestLog.awaitLine(handler.awaitSession().getId(), "maxControlFramesPerSecond");
			}
		}
	}

	@Test
	void oneAddressMayHaveSoManyConnections() throws Exception {
		try (TestEngine engine = start((builder) -> builder.maxConnectionsPerAddress(2))) {
			try (RawClient one = RawClient.connect(engine); RawClient two = RawClient.connect(engine);
					RawClient three = RawClient.open(engine.port())) {
				HttpReply reply = three.upgrade(TestEngine.PATH);

				assertEquals(429, reply.status());
				assertTrue(!reply.body().isBlank(), reply.body());
				assertEquals(1, engine.counters().refusedOverLimit());
				one.send(Frame.close(1000, ""));
				one.drain();
				two.sendText("goes on");
				handler.awaitCall("text:goes on");
				Await.until("a free place", () -> engine.counters().connectionsOpen() == 1);
				RawClient.connect(engine).close();
			}
		}
	}

	@Test
	void soManyConnectionsMayNotYetBeAWebSocket() throws Exception {
		try (TestEngine engine = start((builder) -> builder.maxHandshakes(1)); RawClient silent = RawClient.open(engine.port())) {
			Await.until("the silent one", () -> engine.counters().connectionsOpen() == 1);
			try (RawClient second = RawClient.open(engine.port())) {
				assertEquals(503, second.upgrade(TestEngine.PATH).status());
				assertEquals(1, engine.counters().refusedOverLimit());
			}
			assertEquals(101, silent.upgrade(TestEngine.PATH).status());
			handler.awaitSession();

			RawClient.connect(engine).close();
		}
	}

	@Test
	void allSessionsTogetherMayHoldSoManyBytesOfMessagesThatAreNotComplete() throws Exception {
		try (TestEngine engine = start((builder) -> builder.maxHeldBytes(70_000)); RawClient one = RawClient.connect(engine)) {
			one.send(Frame.part(Frame.BINARY, new byte[20_000]), Frame.of(Frame.PING, new byte[0]));
			assertEquals(Frame.FIN | Frame.PONG, one.read().first());
			handler.awaitSession();
			try (RawClient two = RawClient.connect(engine)) {
				two.send(Frame.part(Frame.BINARY, new byte[20_000]));
				assertClosed(1013, "maxHeldBytes", two);
			}
			one.send(Frame.of(Frame.CONTINUATION, new byte[1000]));

			assertEquals(21_000, handler.awaitMessage().getPayloadLength(), "who held it before goes on");
			try (RawClient three = RawClient.connect(engine)) {
				three.send(Frame.part(Frame.BINARY, new byte[20_000]), Frame.of(Frame.CONTINUATION, new byte[1]));
				assertEquals(20_001, handler.awaitMessage().getPayloadLength(), "and there is room again");
			}
		}
	}
}
