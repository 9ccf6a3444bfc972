package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.NativeLibraryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadFailureTests {
	private static final Path FILE = Path.of("/tmp/hawser-1/libhawser.so");
	private static final Platform PLATFORM = new Platform("linux", "x86_64", false);

	/** Texts as glibc, musl, macOS, Windows and HotSpot write them. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			libhawser.so: failed to map segment from shared object | noexec
			libhawser.so: failed to map segment from shared object: Operation not permitted | noexec
			Error loading shared library /tmp/libhawser.so: Operation not permitted | noexec
			wrong ELF class: ELFCLASS32 (Possible cause: can't load i386 .so on a AMD64 platform) | another processor
			libhawser.so: cannot open shared object file (Possible cause: can't load AARCH64 .so on a AMD64 platform) | another processor
			mach-o file, but is an incompatible architecture (have 'x86_64', need 'arm64') | another processor
			Can't load AMD 64-bit .dll on a ARM 64-bit platform | another processor
			libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory | C library
			/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by libhawser.so) | C library
			Error loading shared library ld-linux-x86-64.so.2: No such file or directory | C library
			Error relocating libhawser.so: __res_init: symbol not found | C library
			libhawser.so: invalid ELF header | damaged
			libhawser.so: file too short | damaged
			Native Library /opt/libhawser.so already loaded in another classloader | class loader
			something nobody foresaw | could not be loaded
			""")
	void theLinkersWordsAreTranslated(String linker, String expected) {
		UnsatisfiedLinkError failure = new UnsatisfiedLinkError(linker);

		NativeLibraryException explained = LoadFailure.explain(FILE, PLATFORM, failure);

		assertTrue(explained.getProblem().contains(expected), explained.getProblem());
		assertTrue(explained.getProblem().contains(linker), "the linker's own words are kept");
		assertSame(failure, explained.getCause());
		assertEquals(explained.getProblem() + ". " + explained.getCure(), explained.getMessage());
	}

	@Test
	void aJvmThatDeniesNativeAccessIsNamedWithTheOption() {
		RuntimeException denied = new RuntimeException("Illegal native access");

		assertTrue(LoadFailure.explain(FILE, PLATFORM, denied).getCure().contains("--enable-native-access=ALL-UNNAMED"));
	}

	@Test
	void unboundFunctionsPointToRelocation() {
		String text = LoadFailure.unbound("x.jar", new UnsatisfiedLinkError("'int NativeEngine.abiVersion()'")).getMessage();

		assertTrue(text.contains("relocates") && text.contains("x.jar"), text);
	}

	@Test
	void anotherVersionNamesBothVersionsAndTheOrigin() {
		String text = LoadFailure.otherVersion("/opt/libhawser.so", "9.9.9", 7).getMessage();

		assertTrue(text.contains(BuildInfo.VERSION) && text.contains("9.9.9") && text.contains("/opt/libhawser.so"), text);
	}
}
