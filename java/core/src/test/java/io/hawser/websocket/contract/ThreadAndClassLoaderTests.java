package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.HttpResponse;
import io.hawser.websocket.TextMessage;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On which threads callbacks run, and with which context class loader. */
class ThreadAndClassLoaderTests {
	private final List<ClassLoader> loaders = Collections.synchronizedList(new ArrayList<>());
	private final RecordingHandler handler = new RecordingHandler().on("", (session, message) -> note());

	private void note() {
		loaders.add(Thread.currentThread().getContextClassLoader());
	}

	/** Registers all while another context class loader is current, and starts the engine when it no longer is. */
	private TestEngine startWith(ClassLoader loader, HandlerMode mode) throws Exception {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		thread.setContextClassLoader(loader);
		return TestEngine.start(handler, (settings) -> {
			settings.setMode(mode).addInterceptors(new TestInterceptor("interceptor", new ArrayList<>()).onEach(this::note))
					.determineUser((request, wsHandler, attributes) -> {
						note();
						return null;
					}).builder().loops(1).mode(mode).httpHandler((request) -> {
						note();
						return HttpResponse.text("hello");
					});
			thread.setContextClassLoader(before);
		});
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void theContextClassLoaderIsTheOneThatWasCurrentAtRegistration(HandlerMode mode) throws Exception {
		try (URLClassLoader own = new URLClassLoader(new URL[0], null); TestEngine engine = startWith(own, mode);
				RawClient client = RawClient.open(engine.port())) {
			assertEquals("hello", client.request("GET /page").body());
			assertEquals(101, client.upgrade(TestEngine.PATH).status());
			client.sendText("a");
			handler.awaitCall("text:a");
			client.disconnect();
			handler.awaitClosed();

			// HTTP, before and after of the interceptor, user, established, text, error, closed.
			assertEquals(8, loaders.size());
			loaders.forEach((loader) -> assertSame(own, loader));
		}
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void aClassLoaderThatACallbackLeavesBehindIsNotSeenByTheNext(HandlerMode mode) throws Exception {
		ClassLoader registered = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader other = new URLClassLoader(new URL[0], null)) {
			handler.on("text:change", (session, message) -> Thread.currentThread().setContextClassLoader(other));
			try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
				client.send(Frame.text("change"), Frame.text("after"));
				handler.awaitCall("text:after");
			}
		}
		loaders.forEach((loader) -> assertSame(registered, loader));
	}

	@ParameterizedTest
	@EnumSource(HandlerMode.class)
	void threadsAreDaemonsNamedAfterTheEngineAndTheirJob(HandlerMode mode) throws Exception {
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		handler.on("text", (session, message) -> thread.complete(Thread.currentThread()));
		try (TestEngine engine = TestEngine.start(mode, handler); RawClient client = RawClient.connect(engine)) {
			client.sendText("a");

			String job = mode == HandlerMode.WORKERS ? "worker-" : "loop-0";
			String name = Await.result(thread).getName();
			assertTrue(name.startsWith("hawser-" + engine.port() + "-" + job), name);
			assertTrue(Await.result(thread).isDaemon());
		}
	}

	@Test
	void aThreadThatHasTakenALoopOverIsNamedAfterItAndHasTheSameClassLoaders() throws Exception {
		CountDownLatch gate = new CountDownLatch(1);
		List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
		handler.on("text:block", (session, message) -> Await.zero("the gate", gate));
		handler.on("text:where", (session, message) -> threads.add(Thread.currentThread()));
		ClassLoader outside = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader own = new URLClassLoader(new URL[0], null); TestEngine engine = startWith(own, HandlerMode.ADAPTIVE);
				RawClient stuck = RawClient.connect(engine); RawClient client = RawClient.connect(engine)) {
			stuck.sendText("block");
			Await.until("another thread on the loop", () -> engine.counters().loopTakeOvers() > 0);
			client.sendText("where");
			Await.until("its callback", () -> threads.size() == 1);
			gate.countDown();

			Thread spare = threads.get(0);
			assertTrue(spare.getName().startsWith("hawser-" + engine.port() + "-loop-0"), spare.getName());
			assertTrue(spare.isDaemon());
			loaders.forEach((loader) -> assertSame(own, loader));
			Await.until("its own loader between callbacks", () -> spare.getContextClassLoader() == outside);
		}
	}

	@Test
	void aHandlerMayHaveAModeOfItsOwn() throws Exception {
		RecordingHandler inline = new RecordingHandler();
		for (RecordingHandler each : List.of(handler, inline)) {
			each.on("text", (session, message) -> session.sendMessage(new TextMessage(Thread.currentThread().getName())));
		}
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.setMode(HandlerMode.WORKERS)
				.addHandler(inline, "/inline").setMode(HandlerMode.INLINE)); RawClient one = RawClient.connect(engine);
				RawClient two = RawClient.connect(engine.port(), "/inline")) {
			one.sendText("where?");
			assertTrue(one.readText().contains("-worker-"));
			two.sendText("where?");
			assertTrue(two.readText().contains("-loop-"));
		}
	}

	@Test
	void everyLoopHasOneThreadThatEndsWithTheEngine() throws Exception {
		String prefix;
		try (TestEngine engine = TestEngine.start(handler, (settings) -> settings.builder().loops(3))) {
			prefix = "hawser-" + engine.port() + "-loop-";
			assertEquals(List.of(prefix + 0, prefix + 1, prefix + 2), threadsNamed(prefix));
		}
		assertEquals(List.of(), threadsNamed(prefix));
	}

	private static List<String> threadsNamed(String prefix) {
		return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter((name) -> name.startsWith(prefix))
				.sorted().toList();
	}
}
