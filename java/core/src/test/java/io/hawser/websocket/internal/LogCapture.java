package io.hawser.websocket.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What engines log while it is open, with level and stack. */
final class LogCapture extends Handler implements AutoCloseable {
	private final Logger logger = Logger.getLogger("io.hawser.websocket");
	private final List<LogRecord> records = new ArrayList<>();

	LogCapture() {
		logger.addHandler(this);
	}

	/** Returns the lines that match. */
	synchronized List<LogRecord> find(Predicate<LogRecord> wanted) {
		return records.stream().filter(wanted).toList();
	}

	/** Returns the lines that contain all parts. */
	List<LogRecord> find(String... parts) {
		return find((line) -> List.of(parts).stream().allMatch(line.getMessage()::contains));
	}

	@Override
	public synchronized void publish(LogRecord line) {
		records.add(line);
	}

	@Override
	public void flush() {
		// Nothing is held back.
	}

	@Override
	public void close() {
		logger.removeHandler(this);
	}
}
