package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a handshake leaves behind: nothing. Filters of the application keep maps by what they are shown. */
class FlatMemoryTests {
	private static final int WARM_UP = 500;
	private static final int HANDSHAKES = 2_000;
	/** Less than any entry of a map with its key. */
	private static final int BYTES_FOR_EACH = 40;
	/** What threads may still hold of the last ones. */
	private static final int AT_HAND = 16;
	/** Threads that servers and the JVM start and end on their own. */
	private static final int OTHER_THREADS = 3;

	@TempDir
	private Path directory;

	@Test
	void heapAndThreadsAreFlatUnderHandshakes() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class)) {
			handshakes(server, WARM_UP);
			Histogram before = Histogram.take(directory.resolve("before"));
			int threads = ManagementFactory.getThreadMXBean().getThreadCount();
			handshakes(server, HANDSHAKES);
			Histogram after = Histogram.take(directory.resolve("after"));
			assertTrue(after.instances(HawserSession.class) <= AT_HAND, () -> after.instances(HawserSession.class) + " sessions");
			assertTrue(after.instances(HandlerAdapter.class) <= AT_HAND, () -> after.instances(HandlerAdapter.class) + " handlers");
			assertEquals(before.instances(EngineServletContexts.class), after.instances(EngineServletContexts.class));
			assertTrue(after.bytes() - before.bytes() < (long) BYTES_FOR_EACH * HANDSHAKES,
					() -> "from " + before.bytes() + " to " + after.bytes() + " bytes; most by " + after.growthSince(before));
			int threadsAfter = ManagementFactory.getThreadMXBean().getThreadCount();
			assertTrue(threadsAfter <= threads + OTHER_THREADS, () -> "from " + threads + " to " + threadsAfter + " threads");
		}
	}

	private static void handshakes(TestServer server, int count) throws Exception {
		for (int i = 0; i < count; i++) {
			try (RawHandshake handshake = RawHandshake.send(server.port(), "/echo?" + i)) {
				assertEquals(101, handshake.status());
				assertEquals("x", handshake.sendText("x").nextText());
			}
		}
		Await.until("the end of all sessions", () -> server.engine().sessions().isEmpty());
	}

	/** What was alive on the heap after a collection; in a file, because the text is larger than what is looked for. */
	private record Histogram(Path file) {
		/** Rank, instances, bytes, class. */
		private static final Pattern LINE = Pattern.compile("(?m)^ *\\d+: +(\\d+) +(\\d+) +(\\S+)");

		static Histogram take(Path file) throws Exception {
			return new Histogram(Files.writeString(file, (String) ManagementFactory.getPlatformMBeanServer().invoke(
					new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram", new Object[] {new String[0]},
					new String[] {String[].class.getName()})));
		}

		private String text() {
			try {
				return Files.readString(file);
			} catch (IOException e) {
				throw new UncheckedIOException(e);
			}
		}

		long bytes() {
			return number("(?m)^Total +\\d+ +(\\d+)");
		}

		long instances(Class<?> type) {
			return number("(?m)^ *\\d+: +(\\d+) +\\d+ +" + Pattern.quote(type.getName()) + "$");
		}

		/** Returns the ten classes whose objects have grown by most bytes. */
		String growthSince(Histogram before) {
			Map<String, Long> earlier = before.bytesByClass();
			return bytesByClass().entrySet().stream()
					.map((entry) -> Map.entry(entry.getKey(), entry.getValue() - earlier.getOrDefault(entry.getKey(), 0L)))
					.sorted(Map.Entry.<String, Long>comparingByValue().reversed()).limit(10).toList().toString();
		}

		private Map<String, Long> bytesByClass() {
			return LINE.matcher(text()).results().collect(Collectors.toMap((line) -> line.group(3), (line) -> Long.valueOf(line.group(2)), Long::sum));
		}

		private long number(String pattern) {
			Matcher found = Pattern.compile(pattern).matcher(text());
			return found.find() ? Long.parseLong(found.group(1)) : 0;
		}
	}
}
