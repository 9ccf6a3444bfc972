package io.hawser.websocket.internal;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that run mailboxes in mode WORKERS: a new virtual thread for each run on Java 21 and later, a bounded pool
 * of daemon threads before. Knows no mailbox rules.
 *
 * <p>Or those of an executor that the application has given, which it ends itself. The pool's queue holds each connection at most once, and what waits in a mailbox is bounded by its inbound window.
 */
final class Workers implements Executor {
	/** Seconds after which an idle thread of the pool ends. */
	private static final long IDLE_SECONDS = 30;

	private final CallbackThreads callbackThreads;

	/** Makes virtual threads, or {@code null} before Java 21. */
	private final ThreadFactory virtualThreads;

	private final ThreadPoolExecutor pool;

	/** The application's, or {@code null}. */
	private final Executor others;

	/** Threads that the pool has started, without most of those that have ended. */
	private final Set<Thread> poolThreads;

	private Workers(CallbackThreads callbackThreads, ThreadFactory virtualThreads, ThreadPoolExecutor pool,
			Set<Thread> poolThreads, Executor others) {
		this.callbackThreads = callbackThreads;
		this.virtualThreads = virtualThreads;
		this.pool = pool;
		this.poolThreads = poolThreads;
		this.others = others;
	}

	/** Creates the workers of the engine on {@code port}. */
	static Workers of(int port, EngineSettings settings, CallbackThreads callbackThreads) {
		return settings.pump().executor == null ? create(port, settings.workers, callbackThreads)
				: new Workers(callbackThreads, null, null, Set.of(), settings.pump().executor);
	}

	/** Creates workers for the engine on {@code port}: virtual threads where the JVM has them, else a pool. */
	static Workers create(int port, int poolThreads, CallbackThreads callbackThreads) {
		ThreadFactory virtualThreads = virtualThreads(namePrefix(port));
		return virtualThreads != null ? new Workers(callbackThreads, virtualThreads, null, Set.of(), null)
				: pool(port, poolThreads, callbackThreads);
	}

	/** Creates workers that are a pool of platform threads, whatever the JVM has. */
	static Workers pool(int port, int poolThreads, CallbackThreads callbackThreads) {
		AtomicInteger number = new AtomicInteger();
		Set<Thread> started = ConcurrentHashMap.newKeySet();
		ThreadPoolExecutor pool = new ThreadPoolExecutor(poolThreads, poolThreads, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), (work) -> {
					Runnable callbacks = () -> {
						remember(started);
						callbackThreads.run(work);
					};
					Thread thread = new Thread(null, callbacks, namePrefix(port) + number.getAndIncrement(), 0, false);
					thread.setDaemon(true);
					return thread;
				});
		pool.allowCoreThreadTimeOut(true);
		return new Workers(callbackThreads, null, pool, started, null);
	}

	/** Adds the current thread, so that the end can wait for it; without memory it works all the same. */
	private static void remember(Set<Thread> started) {
		try {
			started.removeIf((thread) -> !thread.isAlive());
			started.add(Thread.currentThread());
		} catch (Throwable noMemory) {
			EngineLog.error(Trouble.NOT_REMEMBERED, noMemory);
		}
	}

	/** Runs a task once, on another thread; or throws, and then nobody runs it. */
	@Override
	public void execute(Runnable task) {
		OnceTask once = new OnceTask(task);
		try {
			hand(once);
		} catch (Throwable noThread) {
			// A pool may have queued it, and then found no memory for a thread: who comes to it later must not run it.
			if (once.begin()) {
				throw noThread;
			}
		}
	}

	private void hand(OnceTask once) {
		if (others != null) {
			others.execute(() -> callbackThreads.run(once));
		} else if (virtualThreads != null) {
			virtualThreads.newThread(() -> callbackThreads.run(once)).start();
		} else {
			pool.execute(once);
		}
	}

	/** Ends the pool's threads when they have nothing left to do. */
	void shutdown() {
		if (pool != null) {
			pool.shutdown();
		}
	}

	/** Waits for the pool's threads after {@link #shutdown()}; virtual threads have ended with their last callback. */
	boolean awaitEnd(long timeoutNanos) throws InterruptedException {
		if (pool == null) {
			return true;
		}
		long deadline = System.nanoTime() + timeoutNanos;
		if (!pool.awaitTermination(timeoutNanos, TimeUnit.NANOSECONDS)) {
			return false;
		}
		// A pool counts as terminated while its last threads are still on their way out.
		for (Thread thread : poolThreads) {
			if (!joined(thread, deadline)) {
				return false;
			}
		}
		return true;
	}

	/** Waits for a thread until {@code deadline}, a moment at least; returns whether it has ended. */
	static boolean joined(Thread thread, long deadline) throws InterruptedException {
		thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
		return !thread.isAlive();
	}

	private static String namePrefix(int port) {
		return "hawser-" + port + "-worker-";
	}

	/** {@code Thread.ofVirtual().name(prefix, 0).factory()}, by reflection because these classes are Java 17. */
	private static ThreadFactory virtualThreads(String prefix) {
		try {
			Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
			Class<?> builderType = Class.forName("java.lang.Thread$Builder");
			Method name = builderType.getMethod("name", String.class, long.class);
			Method factory = builderType.getMethod("factory");
			return (ThreadFactory) factory.invoke(name.invoke(builder, prefix, 0L));
		} catch (ReflectiveOperationException | UnsupportedOperationException notThere) {
			// Java 17 to 20 have none, or only as a preview.
			return null;
		}
	}
}
