package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PlatformTests {
	@Test
	void theJvmsNamesBecomeOurs() {
		assertEquals("linux", Platform.osOf("Linux"));
		assertEquals("macos", Platform.osOf("Mac OS X"));
		assertEquals("windows", Platform.osOf("Windows Server 2022"));
		assertEquals("x86_64", Platform.archOf("amd64"));
		assertEquals("x86_64", Platform.archOf("x86_64"));
		assertEquals("aarch64", Platform.archOf("arm64"));
	}

	@Test
	void whatWeDoNotKnowIsAUsableName() {
		assertEquals("freebsd", Platform.osOf("FreeBSD"));
		assertEquals("riscv64", Platform.archOf("riscv64"));
		assertEquals("zos", Platform.osOf("z/OS"));
	}

	@Test
	void muslHasAPlatformOfItsOwn() {
		assertEquals("linux-x86_64-musl", new Platform("linux", "x86_64", true).id());
		assertEquals("linux-aarch64", new Platform("linux", "aarch64", false).id());
	}

	@Test
	void theResourceNamesPlatformAndLibrary() {
		String resource = LibraryFile.resource(new Platform("linux", "x86_64", true));

		assertEquals("META-INF/native/linux-x86_64-musl/" + System.mapLibraryName("hawser"), resource);
		assertTrue(Platform.current().id().contains("-"));
	}
}
