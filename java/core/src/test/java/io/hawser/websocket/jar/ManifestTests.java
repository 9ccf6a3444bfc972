package io.hawser.websocket.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** What is in the jar, and what its manifest says. */
class ManifestTests {
	@Test
	void theManifestHasWhatTheJvmAndModulePathsNeed() throws Exception {
		try (JarFile jar = new JarFile(JavaProcess.jar().toFile())) {
			Attributes manifest = jar.getManifest().getMainAttributes();

			assertEquals("ALL-UNNAMED", manifest.getValue("Enable-Native-Access"));
			assertEquals("io.hawser.websocket", manifest.getValue("Automatic-Module-Name"));
			assertEquals("io.hawser.websocket.cli.Main", manifest.getValue("Main-Class"));
			assertEquals(System.getProperty("hawser.test.version"), manifest.getValue("Implementation-Version"));
		}
	}

	@Test
	void itHoldsOurClassesALibraryAndALicenceAndNothingElse() throws Exception {
		try (JarFile jar = new JarFile(JavaProcess.jar().toFile())) {
			List<String> names = jar.stream().filter((entry) -> !entry.isDirectory()).map(JarEntry::getName).toList();

			List<String> foreign = names.stream().filter((name) -> !name.startsWith("META-INF/")
					&& !name.startsWith("io/hawser/websocket/")).toList();
			assertEquals(List.of(), foreign);
			assertTrue(names.contains("META-INF/LICENSE"), names.toString());
			assertTrue(names.stream().anyMatch((name) -> name.startsWith("META-INF/native/")), names.toString());
			assertEquals(List.of(), names.stream().filter((name) -> name.contains("Test") || name.contains("/jar/")).toList());
		}
	}

	@Test
	void itsClassesRunOnJava17() throws Exception {
		try (JarFile jar = new JarFile(JavaProcess.jar().toFile())) {
			for (JarEntry entry : jar.stream().filter((each) -> each.getName().endsWith(".class")).toList()) {
				try (InputStream in = jar.getInputStream(entry)) {
					byte[] header = in.readNBytes(8);
					assertEquals(61, (header[6] & 0xFF) << 8 | header[7] & 0xFF, entry.getName());
				}
			}
		}
	}
}
