package io.hawser.websocket.contract;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What the engines of this JVM have logged, the last lines of it. Tests of the same time share it, so each looks for a
 * line with something of its own: a session id, a path, a port.
 */
final class TestLog extends Handler {
	private static final int KEPT_LINES = 20_000;

	/** Kept here because the log manager does not: an unreferenced logger forgets its handlers. */
	private static final Logger LOGGER = Logger.getLogger("io.hawser.websocket");

	private static final TestLog LOG = new TestLog();

	private final Deque<String> lines = new ArrayDeque<>();

	private TestLog() {
	}

	/** Starts to keep lines. */
	static synchronized void start() {
		if (!List.of(LOGGER.getHandlers()).contains(LOG)) {
			LOGGER.addHandler(LOG);
		}
	}

	/** Waits for a line that contains all parts, and returns it. */
	static String awaitLine(String... parts) throws Exception {
		Await.until("a log line with " + List.of(parts), () -> find(parts) != null);
		return find(parts);
	}

	/** Returns the newest line that contains all parts, or {@code null}. */
	static String find(String... parts) {
		synchronized (LOG) {
			for (String line : (Iterable<String>) LOG.lines::descendingIterator) {
				if (List.of(parts).stream().allMatch(line::contains)) {
					return line;
				}
			}
			return null;
		}
	}

	@Override
	public synchronized void publish(LogRecord line) {
		lines.add(line.getLevel() + " " + line.getMessage() + (line.getThrown() == null ? "" : " | " + line.getThrown()));
		if (lines.size() > KEPT_LINES) {
			lines.removeFirst();
		}
	}

	@Override
	public void flush() {
		// Nothing is held back.
	}

	@Override
	public void close() {
		// Nothing is open.
	}
}
