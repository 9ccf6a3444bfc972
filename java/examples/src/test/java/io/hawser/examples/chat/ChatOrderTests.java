package io.hawser.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;

import org.junit.jupiter.api.Test;

class ChatOrderTests {

	private static final int WRITERS = 4;
	private static final int MESSAGES = 200;

	private final TestClock clock = new TestClock();
	private final ChatHandler handler = new ChatHandler(clock);

	@Test
	void allReadTheMessagesOfManyThreadsInOneOrder() throws InterruptedException {
		FakePage ann = FakePage.enter(handler, "Ann");
		FakePage bob = FakePage.enter(handler, "Bob");

		inParallel(writer -> {
			FakePage page = FakePage.enter(handler, "writer " + writer);
			for (int i = 0; i < MESSAGES; i++) {
				clock.advance(RateLimit.PERIOD_MS);
				page.say("#lobby", "text", writer + "-" + i);
			}
		});

		List<String> told = ann.told("message");
		assertEquals(WRITERS * MESSAGES, told.size());
		assertEquals(told, bob.told("message"));
		for (int writer = 0; writer < WRITERS; writer++) {
			assertEquals(MESSAGES, countInOrder(told, writer), "messages of writer " + writer);
		}
	}

	@Test
	void presenceIsRightWhenManyComeAndGoAtOnce() throws InterruptedException {
		FakePage ann = FakePage.enter(handler, "Ann");

		inParallel(writer -> {
			for (int i = 0; i < MESSAGES; i++) {
				FakePage page = FakePage.enter(handler, "writer " + writer);
				page.join("dev");
				page.leave();
			}
		});

		List<String> told = ann.told();
		assertTrue(told.contains("{\"type\":\"room\",\"name\":\"dev\",\"members\":0}"));
		FakePage late = FakePage.connect(handler);
		late.hello("Late", FakePage.keyOf("Late"));
		String welcome = late.told("welcome").get(0);
		assertTrue(welcome.contains("\"users\":[\"Ann\",\"Late\"]") && welcome.contains("\"name\":\"dev\",\"members\":0}"), welcome);
	}

	private static int countInOrder(List<String> told, int writer) {
		int next = 0;
		for (String message : told) {
			if (message.endsWith("\"ref\":\"" + writer + "-" + next + "\"}")) {
				next++;
			}
		}
		return next;
	}

	private static void inParallel(IntConsumer work) throws InterruptedException {
		CountDownLatch start = new CountDownLatch(1);
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < WRITERS; i++) {
			int writer = i;
			threads.add(new Thread(() -> {
				try {
					start.await();
				} catch (InterruptedException stopped) {
					return;
				}
				work.accept(writer);
			}));
		}
		threads.forEach(Thread::start);
		start.countDown();
		for (Thread thread : threads) {
			thread.join();
		}
	}

}
