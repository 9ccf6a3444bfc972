package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.NativeLibraryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryFileTests {
	@Test
	void aPlatformWithoutALibraryIsNamedWithTheResourceAndTheCure(@TempDir Path directory) {
		Platform unknown = new Platform("plan9", "mips", false);

		NativeLibraryException missing = assertThrows(NativeLibraryException.class,
				() -> LibraryFile.extract(unknown, directory));

		assertTrue(missing.getProblem().contains("META-INF/native/plan9-mips/"), missing.getProblem());
		assertTrue(missing.getCure().contains("-Dhawser.library.path"), missing.getCure());
	}
}
