package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkersTests {
	private final CallbackThreads callbackThreads = new CallbackThreads();

	private List<Workers> both() {
		return List.of(Workers.create(8080, 2, callbackThreads), Workers.pool(8080, 2, callbackThreads));
	}

	@Test
	void workersAreNamedDaemonsThatKnowWhoseCallbacksTheyRun() throws Exception {
		for (Workers workers : both()) {
			CompletableFuture<List<Object>> seen = new CompletableFuture<>();
			workers.execute(() -> seen.complete(List.of(Thread.currentThread().getName().startsWith("hawser-8080-worker-"),
					Thread.currentThread().isDaemon(), callbackThreads.isCurrent(), new CallbackThreads().isCurrent())));

			assertEquals(List.of(true, true, true, false), seen.get(10, TimeUnit.SECONDS));
			workers.shutdown();
		}
		assertFalse(callbackThreads.isCurrent());
	}

	@Test
	void theyRunAtTheSameTime() throws Exception {
		for (Workers workers : both()) {
			CyclicBarrier together = new CyclicBarrier(3);
			for (int i = 0; i < 2; i++) {
				workers.execute(() -> {
					try {
						together.await(10, TimeUnit.SECONDS);
					} catch (Exception e) {
						throw new IllegalStateException(e);
					}
				});
			}

			together.await(10, TimeUnit.SECONDS);
			workers.shutdown();
		}
	}

	@Test
	void thePoolNeverHasMoreThreadsThanItMay() throws Exception {
		Workers workers = Workers.pool(8080, 2, callbackThreads);
		Set<String> names = ConcurrentHashMap.newKeySet();
		CountDownLatch done = new CountDownLatch(100);
		for (int i = 0; i < 100; i++) {
			workers.execute(() -> {
				names.add(Thread.currentThread().getName());
				done.countDown();
			});
		}

		assertTrue(done.await(10, TimeUnit.SECONDS));
		assertTrue(names.size() <= 2, names.toString());
		workers.shutdown();
		assertTrue(workers.awaitEnd(TimeUnit.SECONDS.toNanos(10)));
	}

	@Test
	void whatAnExecutorHasTakenAndRefusedAllTheSameIsNotRunAfterwards() {
		List<Runnable> taken = new ArrayList<>();
		Workers workers = given((task) -> {
			taken.add(task);
			throw new RejectedExecutionException("no thread");
		});
		AtomicInteger runs = new AtomicInteger();

		assertThrows(RejectedExecutionException.class, () -> workers.execute(runs::incrementAndGet));
		taken.forEach(Runnable::run);

		assertEquals(1, taken.size());
		assertEquals(0, runs.get());
	}

	@Test
	void whatAnExecutorHasRunBeforeItRefusesCountsAsRun() {
		Workers workers = given((task) -> {
			task.run();
			throw new RejectedExecutionException("no thread");
		});
		AtomicInteger runs = new AtomicInteger();

		workers.execute(runs::incrementAndGet);

		assertEquals(1, runs.get());
	}

	private Workers given(Executor executor) {
		EngineSettings settings = new EngineSettings();
		settings.pump().executor(executor);
		return Workers.of(8080, settings, callbackThreads);
	}

	@Test
	void theEndOfThePoolIsTheEndOfItsThreads() throws Exception {
		for (int i = 0; i < 100; i++) {
			Workers workers = Workers.pool(8080, 2, callbackThreads);
			CompletableFuture<Thread> thread = new CompletableFuture<>();
			workers.execute(() -> thread.complete(Thread.currentThread()));
			workers.shutdown();

			assertTrue(workers.awaitEnd(TimeUnit.SECONDS.toNanos(10)));
			assertFalse(thread.join().isAlive());
		}
	}
}
