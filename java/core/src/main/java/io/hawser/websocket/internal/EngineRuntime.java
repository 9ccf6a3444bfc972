package io.hawser.websocket.internal;

import io.hawser.websocket.EngineCounters;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The life of one running engine: its carriers and workers, and when all of it has ended. Knows no requests and no
 * messages.
 *
 * <p><b>End:</b> the last carrier to leave releases the native engine, so nothing native outlives its readers. The engine
 * has ended when every carrier has left and every callback that was due has returned. Only its own threads refer to it.
 */
public final class EngineRuntime {
	/** Part of a stop's time that is kept for callbacks after the native side has cut what was left. */
	private static final long MAX_RESERVE_MS = 1000;

	private final EngineSettings settings;
	private final long id;
	private final int port;
	private final CallbackThreads callbackThreads = new CallbackThreads();
	private final Workers workers;
	private final List<SessionTable> sessions = new ArrayList<>();
	private final List<Thread> threads = new ArrayList<>();
	/** Start of every session's id text: tells engines apart. */
	private final String idPrefix = Integer.toHexString(ThreadLocalRandom.current().nextInt()) + "-";
	/** Carriers that have not left. */
	private final AtomicInteger driving;
	/** Carriers, connections and HTTP requests of which callbacks are still due. */
	private final AtomicInteger unfinished;
	private final AtomicBoolean broken = new AtomicBoolean();
	private final CountDownLatch ended = new CountDownLatch(1);
	/** What was counted when the native engine was released; {@code null} before. */
	private volatile long[] lastCounters;

	private EngineRuntime(EngineSettings settings, long id) {
		this.settings = settings;
		this.id = id;
		this.port = NativeEngine.port(id);
		this.workers = Workers.create(port, settings.workers, callbackThreads);
		this.driving = new AtomicInteger(settings.loops);
		this.unfinished = new AtomicInteger(settings.loops);
	}

	/**
	 * Starts an engine. If that fails, everything is released again.
	 * @throws IOException if the address cannot be bound
	 */
	public static EngineRuntime start(EngineSettings settings, PathTable<Endpoint> endpoints) throws IOException {
		NativeLibrary.ensureAvailable();
		long id = NativeEngine.start(settings.toNativeConfig());
		List<Carrier> carriers = new ArrayList<>();
		EngineRuntime engine = null;
		try {
			engine = new EngineRuntime(settings, id);
			RequestRouter requests = new RequestRouter(engine, endpoints, engine.workers);
			for (int loop = 0; loop < settings.loops; loop++) {
				SessionTable table = new SessionTable();
				engine.sessions.add(table);
				carriers.add(new Carrier(engine, loop, table, requests));
			}
		} catch (Throwable failure) {
			abandon(id, settings.loops);
			throw failure;
		}
		engine.startThreads(carriers);
		return engine;
	}

	/** Ends a native engine that no carrier has driven yet. */
	private static void abandon(long id, int loops) {
		NativeEngine.stop(id, 0);
		for (int loop = 0; loop < loops; loop++) {
			while (NativeEngine.turn(id, loop) >= 0) {
				// Nobody is told of what came in between.
			}
		}
		NativeEngine.release(id);
	}

	private void startThreads(List<Carrier> carriers) {
		int started = 0;
		try {
			for (Carrier carrier : carriers) {
				Thread thread = new Thread(null, carrier, "hawser-" + port + "-loop-" + started, 0, false);
				thread.setDaemon(true);
				threads.add(thread);
				thread.start();
				started++;
			}
		} catch (Throwable noThread) {
			NativeEngine.stop(id, 0);
			carriers.subList(started, carriers.size()).forEach(Carrier::run);
			throw noThread;
		}
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

	CallbackThreads callbackThreads() {
		return callbackThreads;
	}

	String sessionIdText(long session) {
		return idPrefix + Long.toHexString(session);
	}

	/** Returns the sessions that are open now. */
	public List<WebSocketSession> openSessions() {
		List<WebSocketSession> open = new ArrayList<>();
		for (SessionTable table : sessions) {
			table.forEach((session) -> {
				if (session.isAccepted() && session.isOpen()) {
					open.add(session);
				}
			});
		}
		return List.copyOf(open);
	}

	public EngineCounters counters() {
		long[] last = lastCounters;
		if (last == null) {
			try {
				last = NativeEngine.counters(id);
			} catch (IllegalStateException released) {
				last = lastCounters;
			}
		}
		return EngineCounters.of(last);
	}

	/** Starts the stop; on a thread that is none of our callbacks also waits. Returns whether the engine has ended. */
	public boolean stop(Duration timeout) {
		long timeoutMs = Math.max(0, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
		long reserveMs = Math.min(timeoutMs / 4, MAX_RESERVE_MS);
		long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
		NativeEngine.stop(id, (int) (timeoutMs - reserveMs));
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

	/** Waits until the engine has ended. */
	public void awaitEnd() throws InterruptedException {
		rejectCallbackThread();
		ended.await();
	}

	/** Waits until the engine has ended, at most for {@code timeout}; returns whether it has. */
	public boolean awaitEnd(Duration timeout) throws InterruptedException {
		rejectCallbackThread();
		long timeoutMs = Math.max(0, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
		return await(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs));
	}

	private boolean await(long deadline) throws InterruptedException {
		if (!ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
			return false;
		}
		for (Thread thread : threads) {
			thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
		}
		return workers.awaitEnd(deadline - System.nanoTime());
	}

	private void rejectCallbackThread() {
		if (callbackThreads.isCurrent()) {
			throw new IllegalStateException("awaitStop inside a callback of this engine would wait for itself; "
					+ "call stop here, which returns at once, and wait on another thread");
		}
	}

	/** Counts a connection or request whose callbacks are now due. */
	void begin() {
		unfinished.incrementAndGet();
	}

	/** Counts one of them as done. */
	void finished() {
		if (unfinished.decrementAndGet() == 0) {
			workers.shutdown();
			ended.countDown();
		}
	}

	/** Called once by each carrier; the last one releases, unless a loop is broken and may still be referred to. */
	void carrierLeft(boolean stopped) {
		if (!stopped) {
			broken.set(true);
			EngineLog.error("a loop of the engine on port " + port + " is broken; the engine stops", null);
			NativeEngine.stop(id, 0);
		}
		if (driving.decrementAndGet() == 0 && !broken.get()) {
			lastCounters = NativeEngine.counters(id);
			NativeEngine.release(id);
		}
		finished();
	}
}
