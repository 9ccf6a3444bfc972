package io.hawser.websocket.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.hawser.websocket.contract.Await;
import io.hawser.websocket.contract.TestClient;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The jar in several class loaders of one JVM, as web containers and plugin systems have it. */
class ClassLoaderTests {
	private static URLClassLoader load() throws Exception {
		URL tests = EchoLoader.class.getProtectionDomain().getCodeSource().getLocation();
		return new URLClassLoader(new URL[] { JavaProcess.jar().toUri().toURL(), tests },
				ClassLoader.getPlatformClassLoader());
	}

	private static Object echo(ClassLoader loader) throws Exception {
		return loader.loadClass(EchoLoader.class.getName()).getConstructor().newInstance();
	}

	private static int start(Object echo) {
		return (Integer) ((Supplier<?>) echo).get();
	}

	private static void assertEchoes(ClassLoader loader, int port) throws Exception {
		try (TestClient client = TestClient.connect(port, "/test")) {
			client.sendText("hello");
			assertEquals(System.identityHashCode(loader) + ":hello", client.awaitText());
		}
	}

	@Test
	void twoClassLoadersServeAtTheSameTimeEachWithALibraryOfItsOwn() throws Exception {
		try (URLClassLoader one = load(); URLClassLoader two = load()) {
			Object first = echo(one);
			Object second = echo(two);
			try (AutoCloseable endsFirst = (AutoCloseable) first; AutoCloseable endsSecond = (AutoCloseable) second) {
				assertNotEquals(endsFirst.getClass(), endsSecond.getClass());
				assertFalse(first instanceof EchoLoader);
				int firstPort = start(first);
				int secondPort = start(second);
				assertEchoes(one, firstPort);
				assertEchoes(two, secondPort);
				assertEchoes(one, firstPort);
			}
		}
	}

	@Test
	void aClassLoaderThatIsNoLongerUsedGoesAwayAndANewOneTakesItsPlace() throws Exception {
		WeakReference<ClassLoader> gone = serveAndForget();
		Await.until("the class loader is collected", () -> {
			System.gc();
			return gone.get() == null;
		});
		serveAndForget();
	}

	private static WeakReference<ClassLoader> serveAndForget() throws Exception {
		try (URLClassLoader loader = load()) {
			try (AutoCloseable echo = (AutoCloseable) echo(loader)) {
				assertEchoes(loader, start(echo));
			}
			return new WeakReference<>(loader);
		}
	}
}
