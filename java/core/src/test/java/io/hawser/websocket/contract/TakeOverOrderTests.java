package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many sessions whose handler sleeps, throws and closes at random, so that loops are taken over all the time, while other
 * threads send as well: what each session sees is in order, at both ends, and needs no synchronization. Runs for
 * {@code -Dhawser.test.seconds}.
 */
class TakeOverOrderTests {
	private static final long SECONDS = Long.getLong("hawser.test.seconds", 4);
	private static final int CLIENTS = 24;
	private static final int MAX_BURST = 20;

	private final RestlessHandler handler = new RestlessHandler();
	private final LongAdder pushes = new LongAdder();
	private volatile boolean over;

	@ParameterizedTest
	@ValueSource(ints = { 1, 16 })
	void everySessionSeesItsOwnOrderWhoeverDrivesItsLoop(int spareCarriers, TestReporter reporter) throws Exception {
		List<Thread> threads = new ArrayList<>();
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setMode(HandlerMode.ADAPTIVE)
				.builder().loops(2).spareCarriers(spareCarriers).moveBlockingHandlers(false))) {
			for (int i = 0; i < CLIENTS; i++) {
				SplittableRandom random = new SplittableRandom(i);
				threads.add(start(() -> visitAgainAndAgain(engine.port(), random)));
			}
			for (int i = 0; i < RestlessHandler.PUSHERS; i++) {
				int number = i;
				threads.add(start(() -> push(engine, number)));
			}
			long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SECONDS * 1000 / 2);
			while (System.nanoTime() < deadline && handler.violations.isEmpty()) {
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
			}
			over = true;
			for (Thread thread : threads) {
				thread.join();
			}
			reporter.publishEntry("spares " + spareCarriers, handler.messages + " messages, " + pushes + " from other threads, " + handler.sessions
					+ " sessions, " + engine.counters().loopTakeOvers() + " take-overs");
			assertEquals(List.of(), List.copyOf(handler.violations));
			assertTrue(engine.counters().loopTakeOvers() > 0);
			assertTrue(handler.messages.sum() > 0 && pushes.sum() > 0);
		}
	}

	private Thread start(Runnable work) {
		Thread thread = new Thread(() -> {
			try {
				work.run();
			} catch (Throwable failure) {
				handler.violations.add(failure + " at " + Arrays.toString(failure.getStackTrace()));
			}
		});
		thread.start();
		return thread;
	}

	/** Sends to all sessions, each with numbers of its own. */
	private void push(TestEngine engine, int number) {
		while (!over) {
			for (WebSocketSession session : engine.engine().sessions()) {
				RestlessHandler.Books books = RestlessHandler.books(session);
				if (books != null) {
					try {
						session.sendMessage(new TextMessage("push" + number + ":" + books.pushed[number]));
						books.pushed[number]++;
						pushes.increment();
					} catch (IOException closing) {
						// Its end is on its way.
					}
				}
			}
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
		}
	}

	private void visitAgainAndAgain(int port, SplittableRandom random) {
		try {
			while (!over) {
				try (RawClient client = RawClient.connect(port, TestEngine.PATH)) {
					new Visit(client, random).run();
				}
			}
		} catch (IOException e) {
			handler.violations.add("a client: " + e);
		}
	}

	/** One session from the client's side. */
	private final class Visit {
		private final RawClient client;
		private final SplittableRandom random;
		private final int[] pushed = new int[RestlessHandler.PUSHERS];
		private int echoed;

		Visit(RawClient client, SplittableRandom random) {
			this.client = client;
			this.random = random;
		}

		void run() throws IOException {
			int sent = 0;
			for (int bursts = random.nextInt(1, 30); bursts > 0; bursts--) {
				Frame[] burst = burst(sent);
				sent += burst.length;
				client.send(burst);
				while (random.nextInt(3) > 0 && echoed < sent) {
					read();
				}
			}
			end(sent);
		}

		private Frame[] burst(int first) {
			Frame[] burst = new Frame[random.nextInt(1, MAX_BURST + 1)];
			for (int i = 0; i < burst.length; i++) {
				// One in fifty sleeps up to 10 ms, so some are taken over and some are not.
				String sleep = random.nextInt(50) == 0 ? ":" + random.nextInt(1, 11) : "";
				burst[i] = Frame.text(first + i + sleep);
			}
			return burst;
		}

		/** Ends the session in one of all ways; what was sent before is answered before, unless the connection is cut. */
		private void end(int sent) throws IOException {
			switch (random.nextInt(5)) {
				case 0 -> endWith(Frame.close(1000, ""), 1000, sent);
				case 1 -> endWith(Frame.text("boom"), 1011, sent);
				case 2 -> endWith(Frame.text("boom!"), 1011, sent);
				case 3 -> endWith(Frame.text("bye"), 4000, sent);
				default -> client.disconnect();
			}
		}

		private void endWith(Frame last, int code, int sent) throws IOException {
			client.send(last);
			Frame frame = read();
			while (frame.opcode() != Frame.CLOSE) {
				frame = read();
			}
			handler.expect(frame.closeCode() == code, "closed with " + frame.closeCode() + " in place of " + code);
			handler.expect(echoed == sent, echoed + " answers to " + sent + " messages");
			try {
				if (last.opcode() != Frame.CLOSE) {
					client.send(Frame.close(code, ""));
				}
				client.readEnd();
			} catch (SocketException | EOFException gone) {
				// It may have been faster.
			}
		}

		private Frame read() throws IOException {
			Frame frame = client.read();
			if (frame.opcode() == Frame.TEXT) {
				String text = frame.text();
				int number = Integer.parseInt(text.substring(text.indexOf(':') + 1));
				int next = text.startsWith("echo") ? echoed++ : pushed[text.charAt("push".length()) - '0']++;
				handler.expect(number == next, text + " in place of " + next);
			}
			return frame;
		}
	}
}
