package io.hawser.websocket.internal;

import io.hawser.websocket.contract.Await;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A logger that does not return from lines about something until it is let go. */
final class BlockingLog extends Handler implements AutoCloseable {
	private final Logger logger = Logger.getLogger("io.hawser.websocket");
	private final List<String> blocked = new CopyOnWriteArrayList<>();
	private final CountDownLatch gate = new CountDownLatch(1);
	private final String about;

	BlockingLog(String about) {
		this.about = about;
		logger.addHandler(this);
	}

	/** Waits until it is in a line with these words. */
	void awaitBlocked(String words) throws Exception {
		Await.until("a line with " + words, () -> blocked.stream().anyMatch((line) -> line.contains(words)));
	}

	/** Lets go all lines, and those that come later. */
	void open() {
		gate.countDown();
	}

	@Override
	public void publish(LogRecord line) {
		if (line.getMessage().contains(about)) {
			blocked.add(line.getMessage());
			try {
				Await.zero("the logger's gate", gate);
			} catch (InterruptedException e) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public void flush() {
		// Nothing is held back.
	}

	@Override
	public void close() {
		open();
		logger.removeHandler(this);
	}
}
