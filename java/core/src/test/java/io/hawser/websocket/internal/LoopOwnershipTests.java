package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Every interleaving of carriers and of those who take a loop from them. Each step is one atomic operation on the word with
 * what only its own thread sees, so all orders of calls are all that can happen.
 */
class LoopOwnershipTests {
	private static final int CARRIERS = 4;

	/** One world, made anew for each order of steps. */
	private static final class World {
		private final LoopOwnership ownership = new LoopOwnership();
		private final HandlerPlacement place = new HandlerPlacement("", HandlerMode.ADAPTIVE, null, 1, false);
		private final List<ModelCarrier> carriers = new ArrayList<>();
		private final List<Actor> actors = new ArrayList<>();
		/** The carrier that may touch the batch, as the take-overs that succeeded say. */
		private ModelCarrier owner;
		private final int events;
		private int cursor;
		private long lastNumber;
		private final List<String> log = new ArrayList<>();

		World(int events, int takers, int attempts) {
			this.events = events;
			for (int i = 0; i < CARRIERS; i++) {
				carriers.add(new ModelCarrier(this));
			}
			owner = carriers.get(0);
			owner.tenure.begin(LoopOwnership.FIRST, 0);
			actors.addAll(carriers);
			for (int i = 0; i < takers; i++) {
				actors.add(new Taker(this, attempts));
			}
		}

		/** The next carrier that has never driven; there are as many as take-overs can succeed. */
		ModelCarrier spare() {
			return carriers.stream().filter((carrier) -> !carrier.wasTold).findFirst().orElse(null);
		}
	}

	private interface Actor {
		/** Whether it has a step to do now. */
		boolean isReady();

		void step();
	}

	/** Takes events one by one, each in a callback, until it has lost the loop or there are no more. */
	private static final class ModelCarrier implements Actor {
		private enum At {
			BATCH, CALLBACK, LEAVE, GONE
		}

		private final World world;
		private final Tenure tenure;
		private At at = At.BATCH;
		private boolean wasTold;

		ModelCarrier(World world) {
			this.world = world;
			this.tenure = new Tenure(world.ownership, new LoopWatch(new Watchdog(0, new PumpSettings(), Runnable::run)), 0);
			this.wasTold = world.carriers.isEmpty();
		}

		@Override
		public boolean isReady() {
			return wasTold && at != At.GONE && !(at == At.BATCH && world.cursor == world.events);
		}

		@Override
		public void step() {
			switch (at) {
				case BATCH -> {
					assertTrue(tenure.isDriving());
					assertEquals(world.owner, this, "who touches the batch drives the loop");
					world.log.add("event " + world.cursor++);
					at = At.CALLBACK;
				}
				case CALLBACK -> {
					tenure.enter(world.place);
					at = At.LEAVE;
				}
				default -> {
					boolean drives = tenure.leave();
					assertEquals(drives, world.owner == this, "a carrier knows whether it has lost the loop");
					assertEquals(drives, tenure.isDriving());
					at = drives ? At.BATCH : At.GONE;
				}
			}
		}
	}

	/** Looks at the word, then offers what the loser is to have, then takes the loop over: three steps for each attempt. */
	private static final class Taker implements Actor {
		private final World world;
		private final int attempts;
		private int step;
		private long seen;

		Taker(World world, int attempts) {
			this.world = world;
			this.attempts = attempts;
		}

		@Override
		public boolean isReady() {
			return step < 3 * attempts;
		}

		@Override
		public void step() {
			switch (step++ % 3) {
				case 0 -> seen = world.ownership.current();
				case 1 -> world.owner.tenure.offer(new Stray(Thread.currentThread(), null, world.place, 0));
				default -> takeOver();
			}
		}

		private void takeOver() {
			ModelCarrier before = world.owner;
			long number = world.ownership.takeOver(seen);
			if (number < 0) {
				return;
			}
			assertEquals(ModelCarrier.At.LEAVE, before.at, "only from a callback");
			assertTrue(number > world.lastNumber && !LoopOwnership.isInCallback(number), "numbers only grow");
			world.lastNumber = number;
			world.owner = world.spare();
			world.owner.wasTold = true;
			world.owner.tenure.begin(number, 0);
		}
	}

	private long worlds;
	private final Set<Integer> takeOvers = new HashSet<>();

	/** Replays {@code order}, then branches into every actor that has a step to do. */
	private void explore(int events, int takers, int attempts, List<Integer> order) {
		World world = new World(events, takers, attempts);
		for (int actor : order) {
			world.actors.get(actor).step();
		}
		boolean any = false;
		for (int i = 0; i < world.actors.size(); i++) {
			if (world.actors.get(i).isReady()) {
				any = true;
				order.add(i);
				explore(events, takers, attempts, order);
				order.remove(order.size() - 1);
			}
		}
		if (!any) {
			worlds++;
			takeOvers.add((int) world.carriers.stream().filter((carrier) -> carrier.wasTold).count() - 1);
			assertEquals(IntStream.range(0, events).mapToObj((event) -> "event " + event).toList(), world.log);
		}
	}

	@Test
	void inEveryOrderOneCarrierTouchesTheBatchAndTheLoserKnowsIt() {
		explore(4, 1, 2, new ArrayList<>());

		assertTrue(worlds > 10_000, worlds + " orders");
		assertEquals(Set.of(0, 1, 2), takeOvers);
	}

	@Test
	void soItIsWithTwoWhoWouldTakeItOver() {
		explore(2, 2, 1, new ArrayList<>());

		assertTrue(worlds > 10_000, worlds + " orders");
		assertEquals(Set.of(0, 1, 2), takeOvers);
	}

	@Test
	void nobodyTakesTheLoopFromOneWhoIsInNoCallback() {
		LoopOwnership ownership = new LoopOwnership();
		assertEquals(-1, ownership.takeOver(ownership.current()));
		ownership.enter(LoopOwnership.FIRST);
		long callback = ownership.current();
		assertTrue(LoopOwnership.isInCallback(callback));
		assertEquals(2, ownership.leave(LoopOwnership.FIRST));
		assertFalse(LoopOwnership.isInCallback(ownership.current()));
		assertEquals(-1, ownership.takeOver(callback), "that callback has ended");
		ownership.enter(2);
		assertEquals(-1, ownership.takeOver(callback), "and this is another one");
	}

	@Test
	void ofTwoWhoTakeTheSameCallbackOneSucceeds() {
		LoopOwnership ownership = new LoopOwnership();
		ownership.enter(LoopOwnership.FIRST);
		long callback = ownership.current();

		assertEquals(2, ownership.takeOver(callback));
		assertEquals(-1, ownership.takeOver(callback));
		assertEquals(-1, ownership.leave(LoopOwnership.FIRST));
		ownership.enter(2);
		assertEquals(-1, ownership.leave(LoopOwnership.FIRST), "the new owner's callback is not the old one's");
		assertEquals(4, ownership.leave(2));
	}
}
