package io.hawser.websocket.internal;

import io.hawser.websocket.EngineCounters;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What one engine counts, on both sides of the border, also after its end. Knows nothing of what is counted. */
final class EngineCounts {
	private static final int NATIVE_COUNTERS = 26;

	/** Loops taken over, handlers moved. */
	private static final int OWN_COUNTERS = 2;

	private final long engine;
	private final List<Loop> loops;
	private final AtomicLong handlersMoved = new AtomicLong();
	/** What the native side had counted when it was released. */
	private volatile long[] last;

	/** Counts for a native engine and its loops, which may be added later. */
	EngineCounts(long engine, List<Loop> loops) {
		this.engine = engine;
		this.loops = loops;
		this.last = NativeEngine.counters(engine);
	}

	void handlerMoved() {
		handlersMoved.incrementAndGet();
	}

	EngineCounters get() {
		try {
			return EngineCounters.of(withOwn(NativeEngine.counters(engine)));
		} catch (IllegalStateException released) {
			return EngineCounters.of(withOwn(last));
		}
	}

	/** Called before the native engine is released. */
	void keep() {
		try {
			last = NativeEngine.counters(engine);
		} catch (Throwable noMemory) {
			EngineLog.error(Trouble.COUNTERS_LOST, noMemory);
		}
	}

	/** Puts what is counted in Java behind what the native side has counted. */
	private long[] withOwn(long[] counted) {
		long[] all = Arrays.copyOf(counted, NATIVE_COUNTERS + OWN_COUNTERS);
		all[NATIVE_COUNTERS] = loops.stream().mapToLong(Loop::takeOvers).sum();
		all[NATIVE_COUNTERS + 1] = handlersMoved.get();
		return all;
	}
}
