package io.hawser.websocket.internal;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * One loop as its carriers share it: what they read from, the sessions, and the way from one carrier to the next. Runs
 * nothing itself.
 */
final class Loop {
	private static final Stray[] NO_STRAYS = {};

	final EngineRuntime engine;
	final int index;
	final LoopOwnership ownership = new LoopOwnership();
	final LoopWatch watch;
	final SpareCarriers spares;
	final SessionTable sessions = new SessionTable();
	final EventBatchReader events;
	final EventDelivery delivery;
	/** Where lines of the native log are written: a logger may block as well. */
	final HandlerPlacement logPlace;
	/** Never changed, always replaced: the watchdog walks over it without a lock and without garbage. */
	private volatile Stray[] strays = NO_STRAYS;
	/** Written by the one that takes over, before the next owner begins. */
	private Carrier driver;
	private long epoch;
	private long lastWithoutSpare = -1;
	private volatile long takeOvers;

	Loop(EngineRuntime engine, int index, RequestRouter requests) {
		this.engine = engine;
		this.index = index;
		this.watch = new LoopWatch(engine.watchdog());
		this.spares = new SpareCarriers(this, engine.settings().pump());
		this.events = new EventBatchReader(NativeEngine.events(engine.id(), index));
		this.logPlace = requests.logPlace();
		Rehearsal.run();
		PayloadReader payloads = new PayloadReader(engine.id(), index, NativeEngine.arena(engine.id(), index));
		this.delivery = new EventDelivery(this, requests, payloads);
		this.driver = new Carrier(this, "");
		driver.drive(LoopOwnership.FIRST, epoch);
	}

	/** Returns the carrier that drives first. */
	Carrier firstCarrier() {
		return driver;
	}

	/** Returns how often another carrier had to take this loop over. */
	long takeOvers() {
		return takeOvers;
	}

	/**
	 * Has another carrier drive on from the callback {@code word}; returns whether the one in it has lost the loop. Where no
	 * thread can be had it has not.
	 */
	boolean takeOver(long word) {
		HandlerPlacement lost;
		try {
			lost = handOver(word);
		} catch (Throwable noThread) {
			noCarrier(word, noThread);
			return false;
		}
		if (lost == null) {
			return false;
		}
		moveIfBlockingOften(lost);
		return true;
	}

	/** Returns the placement of the handler that has lost the loop, or {@code null} if none has. Runs no foreign code. */
	private synchronized HandlerPlacement handOver(long word) {
		if (ownership.current() != word) {
			return null;
		}
		Carrier spare = spares.take();
		if (spare == null) {
			return null;
		}
		Carrier blocked = driver;
		long number = -1;
		Stray stray = null;
		HandlerPlacement place = watch.place();
		try {
			stray = new Stray(blocked.thread(), sessions.at(watch.slot()), place, System.nanoTime());
			add(stray);
			blocked.tenure().offer(stray);
			number = ownership.takeOver(word);
		} finally {
			if (number < 0) {
				spares.giveBack(spare);
				if (stray != null) {
					stray.end();
				}
			} else {
				takeOvers++;
				driver = spare;
				spare.drive(number, ++epoch);
			}
		}
		return number < 0 ? null : place;
	}

	/** Says once for each callback that no thread could be had. */
	private void noCarrier(long word, Throwable noThread) {
		synchronized (this) {
			if (lastWithoutSpare == word) {
				return;
			}
			lastWithoutSpare = word;
		}
		EngineLog.errorAside(engine.workers(), Trouble.NO_CARRIER, noThread);
	}

	/** When the next owner drives already: a logger may wait for this very loop. */
	private void moveIfBlockingOften(HandlerPlacement place) {
		try {
			if (place.takenOver(System.nanoTime())) {
				engine.counts().handlerMoved();
				EngineLog.aside(engine.workers(), () -> EngineLog.info(place.whyMoved()));
			}
		} catch (Throwable noMemory) {
			EngineLog.errorAside(engine.workers(), Trouble.NOT_MOVED, noMemory);
		}
	}

	private void add(Stray stray) {
		Stray[] more = Arrays.copyOf(strays, strays.length + 1);
		more[more.length - 1] = stray;
		strays = more;
	}

	/** Returns the carriers that have lost this loop and may still be in callbacks; forgets those that are no longer. */
	Stray[] strays() {
		for (Stray stray : strays) {
			if (stray.isOver()) {
				return forgetOver();
			}
		}
		return strays;
	}

	private synchronized Stray[] forgetOver() {
		// Without a stream: the first one takes much memory, and a watchdog that fails here looks at no other loop.
		Stray[] left = new Stray[strays.length];
		int count = 0;
		for (Stray stray : strays) {
			if (!stray.isOver()) {
				left[count++] = stray;
			}
		}
		strays = Arrays.copyOf(left, count);
		return strays;
	}

	/** Warns of the callback {@code word} of the carrier that drives. */
	void warnOfOwner(long word, long nanos) {
		Stray owner = owner();
		StackTraceElement[] stack = owner.stackOnce();
		if (ownership.current() == word) {
			warn(owner, stack, nanos, "; all connections of its loop wait for it: register a handler that blocks with another mode");
		}
	}

	private synchronized Stray owner() {
		return new Stray(driver.thread(), sessions.at(watch.slot()), watch.place(), System.nanoTime());
	}

	/** Warns of the callback that a stray is in. */
	void warnOf(Stray stray, long nanos) {
		StackTraceElement[] stack = stray.stackOnce();
		if (stack != null) {
			warn(stray, stack, nanos, "; only its own session waits for it");
		}
	}

	private void warn(Stray stray, StackTraceElement[] stack, long nanos, String consequence) {
		Throwable where = new BlockedCallback(stray.thread.getName(), stack);
		String session = stray.session == null ? "" : " for session " + stray.session.getId();
		String text = "a callback of " + stray.place + session + " on the thread " + stray.thread.getName()
				+ " has not returned for " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms" + consequence;
		EngineLog.aside(engine.workers(), () -> EngineLog.warning(text, where));
	}

	/** Called by the last owner when the loop has stopped. */
	void ended() {
		watch.end();
		spares.end();
		engine.loopEnded();
	}
}
