package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.KeyStore;
import org.junit.jupiter.api.Test;

/** The settings alone: nothing is read before the start. */
class TlsSettingsTests {
	private static final Path FILE = Path.of("no-such-file.pem");
	private static final char[] PASSWORD = "pass phrase".toCharArray();

	private final TlsSettings settings = TlsSettings.ofPem(FILE, FILE);

	private static void named(String name, Runnable setting) {
		assertEquals(name, assertThrows(NullPointerException.class, setting::run).getMessage());
	}

	@Test
	void nullIsRefusedByName() {
		named("chain", () -> TlsSettings.ofPem(null, FILE));
		named("key", () -> TlsSettings.ofPem(FILE, null));
		named("file", () -> TlsSettings.ofKeyStore((Path) null, PASSWORD));
		named("password", () -> TlsSettings.ofKeyStore(FILE, null));
		named("keyStore", () -> TlsSettings.ofKeyStore((KeyStore) null, PASSWORD));
		named("chain", () -> settings.andPem(null, FILE));
		named("password", () -> settings.andKeyStore(FILE, null));
		named("keyStore", () -> settings.andKeyStore((KeyStore) null, PASSWORD));
		named("aliases[1]", () -> TlsSettings.ofKeyStore(FILE, PASSWORD, "a", null));
		named("aliases", () -> settings.andKeyStore(FILE, PASSWORD, (String[]) null));
		named("mode", () -> settings.withClientCertificates(null, FILE));
		named("trusted", () -> settings.withClientCertificates(ClientCertificates.OPTIONAL, (Path) null));
		named("trusted", () -> settings.withClientCertificates(ClientCertificates.OPTIONAL, (KeyStore) null));
		named("tls", () -> WebSocketEngine.builder().tls(null));
	}

	@Test
	void theTextNamesTheFilesAndNoPassword() throws Exception {
		KeyStore store = KeyStore.getInstance("JKS");
		String text = settings.andPem(Path.of("a.crt"), Path.of("a.key")).andKeyStore(Path.of("b.p12"), PASSWORD)
				.andKeyStore(store, PASSWORD).withClientCertificates(ClientCertificates.REQUIRED, Path.of("ca.pem")).toString();

		assertEquals("TlsSettings[no-such-file.pem, a.crt with a.key, b.p12, key store of type JKS, client certificates"
				+ " REQUIRED by ca.pem]", text);
		assertFalse(text.contains("pass phrase"));
	}

	@Test
	void aMissingFileIsNamedByTheStartAndNothingIsBound() {
		WebSocketEngineBuilder builder = WebSocketEngine.builder().tls(settings);

		String message = assertThrows(TlsSettingsException.class, builder::start).getMessage();

		assertTrue(message.startsWith("no-such-file.pem: there is no such file; "), message);
	}
}
