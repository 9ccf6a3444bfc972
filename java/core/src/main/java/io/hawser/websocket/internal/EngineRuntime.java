package io.hawser.websocket.internal;

import io.hawser.websocket.EngineCounters;
import io.hawser.websocket.WebSocketSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The life of one running engine: its loops and threads, and when all of it has ended. Knows no requests and no
 * messages.
 *
 * <p><b>End:</b> the last loop to end releases the native engine, so nothing native outlives its readers. The engine
 * has ended when every loop has ended and every callback that was due has returned. Only its own threads refer to it.
 */
public final class EngineRuntime {
	/** Part of a stop's time that is kept for callbacks after the native side has cut what was left. */
	private static final long MAX_RESERVE_MS = 1000;

	/** Longest wait; a longer one counts as this, which is over three weeks. */
	private static final Duration MAX_WAIT = Duration.ofMillis(Integer.MAX_VALUE);

	private final EngineSettings settings;
	private final long id;
	private final int port;
	private final CallbackThreads callbackThreads = new CallbackThreads();
	private final Workers workers;
	private final EngineThreads threads;
	private final Watchdog watchdog;
	/** Filled before the threads are started. */
	private final List<Loop> loops = new ArrayList<>();
	private final EngineCounts counts;
	/** Start of every session's id text: tells engines apart. */
	private final String idPrefix = Integer.toHexString(ThreadLocalRandom.current().nextInt()) + "-";
	/** Loops that have not ended. */
	private final AtomicInteger driving;
	/** Loops, connections and HTTP requests of which callbacks are still due. */
	private final AtomicInteger unfinished;
	private final CountDownLatch ended = new CountDownLatch(1);
	private final DeflateAnswers deflateAnswers = new DeflateAnswers();
	private final Topics topics = new Topics(this);
	private final Upgrades upgrades;
	/** Set before the native side is told: who waits for room on a session then finds one of the two. */
	private volatile boolean stopping;

	EngineRuntime(EngineSettings settings, long id) {
		this.settings = settings;
		this.id = id;
		this.port = NativeEngine.port(id);
		this.counts = new EngineCounts(id, loops);
		this.threads = new EngineThreads(settings.pump().contextClassLoader());
		this.upgrades = new Upgrades(this);
		this.workers = Workers.of(port, settings, callbackThreads);
		this.watchdog = new Watchdog(port, settings.pump(), workers);
		this.driving = new AtomicInteger(settings.loops);
		this.unfinished = new AtomicInteger(settings.loops);
	}

	/** Starts the threads of all loops; if there is none for one of them, all is ended before that is thrown. */
	void startThreads(List<Loop> all) {
		loops.addAll(all);
		int started = 0;
		try {
			threads.start(watchdog.thread(loops));
			for (Loop loop : loops) {
				threads.start(loop.firstCarrier().thread());
				started++;
			}
		} catch (Throwable noThread) {
			stopNative(0);
			loops.subList(started, loops.size()).forEach((loop) -> loop.firstCarrier().run());
			throw noThread;
		}
	}

	/** Starts a carrier that joins those of its loop. Throws what starting a thread throws. */
	void start(Carrier spare) {
		threads.start(spare.thread());
	}

	/** Returns the engine's number in the native library. */
	long id() {
		return id;
	}

	public int port() {
		return port;
	}

	EngineSettings settings() {
		return settings;
	}

	Workers workers() {
		return workers;
	}

	DeflateAnswers deflateAnswers() {
		return deflateAnswers;
	}

	/** Returns the loops; none of them before the threads are started. */
	List<Loop> loops() {
		return loops;
	}

	Watchdog watchdog() {
		return watchdog;
	}

	EngineCounts counts() {
		return counts;
	}

	public Topics topics() {
		return topics;
	}

	public Upgrades upgrades() {
		return upgrades;
	}

	boolean isStopping() {
		return stopping;
	}

	CallbackThreads callbackThreads() {
		return callbackThreads;
	}

	String sessionIdText(long session) {
		return idPrefix + Long.toHexString(session);
	}

	/** Returns the sessions that are open now. */
	public List<WebSocketSession> openSessions() {
		List<WebSocketSession> open = new ArrayList<>();
		for (Loop loop : loops) {
			loop.sessions.forEach((session) -> {
				if (session.isAccepted() && session.isOpen()) {
					open.add(session);
				}
			});
		}
		return List.copyOf(open);
	}

	public EngineCounters counters() {
		return counts.get();
	}

	/** Starts the stop; on a thread that is none of our callbacks also waits. Returns whether the engine has ended. */
	public boolean stop(Duration timeout) {
		long timeoutMs = millis(timeout);
		long reserveMs = Math.min(timeoutMs / 4, MAX_RESERVE_MS);
		long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
		stopNative((int) (timeoutMs - reserveMs));
		if (callbackThreads.isCurrent()) {
			return false;
		}
		try {
			boolean inTime = await(deadline);
			if (!inTime) {
				EngineLog.warning("the engine on port " + port + " did not end within " + timeout + ": "
						+ (unfinished.get() - driving.get()) + " connections wait for callbacks that have not returned", null);
			}
			return inTime;
		} catch (InterruptedException e) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/** Stops the native side, and lets senders that wait for room learn that there will be none. */
	private void stopNative(int timeoutMs) {
		stopping = true;
		NativeEngine.stop(id, timeoutMs);
		for (Loop loop : loops) {
			loop.sessions.forEach(NativeSession.RELEASE_SENDERS);
		}
	}

	/** Waits until the engine has ended. */
	public void awaitEnd() throws InterruptedException {
		callbackThreads.requireOther();
		ended.await();
	}

	/** Waits until the engine has ended, at most for {@code timeout}; returns whether it has. */
	public boolean awaitEnd(Duration timeout) throws InterruptedException {
		callbackThreads.requireOther();
		return await(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis(timeout)));
	}

	/** Compares before it converts: {@code toMillis} throws for what does not fit into a {@code long}. */
	private static long millis(Duration timeout) {
		return timeout.compareTo(MAX_WAIT) > 0 ? MAX_WAIT.toMillis() : timeout.isNegative() ? 0 : timeout.toMillis();
	}

	private boolean await(long deadline) throws InterruptedException {
		if (!ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
			return false;
		}
		if (!threads.awaitEnd(deadline)) {
			return false;
		}
		return workers.awaitEnd(deadline - System.nanoTime());
	}

	/** Counts a connection or request whose callbacks are now due. */
	void begin() {
		unfinished.incrementAndGet();
	}

	/** Counts one of them as done. */
	void finished() {
		if (unfinished.decrementAndGet() == 0) {
			try {
				watchdog.stop();
				workers.shutdown();
			} finally {
				ended.countDown();
			}
		}
	}

	/** Stops the engine because a loop can no longer be driven. Logs last: stopping needs no memory. */
	void loopBroken(Throwable failure) {
		stopNative(0);
		EngineLog.error(Trouble.LOOP_BROKEN, failure);
	}

	/** Called once for each loop when no carrier reads its buffers any more; the last one releases them. */
	void loopEnded() {
		try {
			if (driving.decrementAndGet() == 0) {
				counts.keep();
				NativeEngine.release(id);
			}
		} finally {
			finished();
		}
	}
}
