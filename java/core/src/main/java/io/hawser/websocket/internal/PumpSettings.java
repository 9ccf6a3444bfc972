package io.hawser.websocket.internal;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;

/** The settings of the threads that call handlers, and that drive loops; what the public ones mean is said in the builder. */
public final class PumpSettings {
	private static final int MAX_SPARE_CARRIERS = 1000;

	int spareCarriers = 16;
	boolean moveBlockingHandlers = true;
	/** After which a spare carrier that nobody needs ends. */
	Duration spareIdle = Duration.ofSeconds(30);
	/** Time between two looks at a callback, of which the second one takes the loop over. */
	Duration watchdogTick = Duration.ofMillis(2);
	/** After which a callback that has not returned is named in a warning. */
	Duration warnOfBlocked = Duration.ofSeconds(10);
	/** {@code null} for threads of the engine's own. */
	Executor executor;
	private ClassLoader contextClassLoader;

	public void spareCarriers(int carriers) {
		spareCarriers = EngineSettings.range("spareCarriers", carriers, 1, MAX_SPARE_CARRIERS);
	}

	public void moveBlockingHandlers(boolean move) {
		moveBlockingHandlers = move;
	}

	public void executor(Executor executor) {
		this.executor = Objects.requireNonNull(executor, "executor");
	}

	public void contextClassLoader(ClassLoader classLoader) {
		this.contextClassLoader = Objects.requireNonNull(classLoader, "classLoader");
	}

	/** Returns the one that was set, else the current thread's. */
	ClassLoader contextClassLoader() {
		return contextClassLoader != null ? contextClassLoader : Thread.currentThread().getContextClassLoader();
	}
}
