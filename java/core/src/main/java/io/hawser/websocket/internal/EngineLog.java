package io.hawser.websocket.internal;

import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.util.concurrent.Executor;

/**
 * The one logger of the engine, {@code io.hawser.websocket}. Never throws: a logger that fails, or has no memory left,
 * must not end a carrier.
 */
final class EngineLog {
	private static final Logger LOGGER = System.getLogger("io.hawser.websocket");

	private static final Level[] NATIVE_LEVELS = { Level.ERROR, Level.ERROR, Level.WARNING, Level.INFO, Level.DEBUG,
			Level.TRACE };

	private EngineLog() {
	}

	static void error(String text, Throwable failure) {
		log(Level.ERROR, text, failure);
	}

	/** Logs {@code text} with {@code about} behind it, or alone where they cannot be put together. */
	static void error(String text, Object about, Throwable failure) {
		String whole = text;
		try {
			whole = text + about;
		} catch (Throwable noMemory) {
			// The half of it is better than nothing.
		}
		log(Level.ERROR, whole, failure);
	}

	/** Logs a trouble and the thread that has it. */
	static void error(Trouble trouble, Throwable failure) {
		String whole = trouble.text;
		try {
			whole = trouble.text + " on " + Thread.currentThread().getName();
		} catch (Throwable noMemory) {
			// As above.
		}
		log(Level.ERROR, whole, failure);
	}

	/**
	 * Logs on a worker: a logger is foreign code and may block, which who watches loops, or takes one over, must not. Where
	 * there is no worker it is done here. Throws nothing.
	 */
	static void aside(Executor workers, Runnable line) {
		try {
			workers.execute(line);
		} catch (Throwable noThread) {
			line.run();
		}
	}

	/** Logs a trouble {@linkplain #aside aside}. */
	static void errorAside(Executor workers, Trouble trouble, Throwable failure) {
		try {
			workers.execute(() -> error(trouble, failure));
		} catch (Throwable noThread) {
			error(trouble, failure);
		}
	}

	static void warning(String text, Throwable failure) {
		log(Level.WARNING, text, failure);
	}

	static void info(String text) {
		log(Level.INFO, text, null);
	}

	static void debug(String text) {
		log(Level.DEBUG, text, null);
	}

	/** Logs a line of the native side; {@code code} 1 is an error, 5 a trace. */
	static void fromNative(int code, String text) {
		log(code >= 1 && code < NATIVE_LEVELS.length ? NATIVE_LEVELS[code] : Level.INFO, text, null);
	}

	/** Returns the highest native level code that this logger lets through. */
	static int nativeLevel() {
		int code = 1;
		while (code + 1 < NATIVE_LEVELS.length && LOGGER.isLoggable(NATIVE_LEVELS[code + 1])) {
			code++;
		}
		return code;
	}

	private static void log(Level level, String text, Throwable failure) {
		try {
			if (LOGGER.isLoggable(level)) {
				LOGGER.log(level, text, failure);
			}
		} catch (Throwable nowhereToReport) {
			// Nothing is left that could tell anybody.
		}
	}
}
