package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.TlsSettings;
import io.hawser.websocket.TlsSettingsException;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Certificates that are exchanged while the engine runs. */
class TlsReloadTests {
	private final TestCertificates certificates = TestCertificates.get();
	private final RecordingHandler handler = new RecordingHandler().on("text", WebSocketSession::sendMessage);

	private TlsSettings of(Path keyStore) {
		return TlsSettings.ofKeyStore(keyStore, TestCertificates.PASSWORD);
	}

	private TestEngine start(Path keyStore) throws IOException {
		return TestEngine.start(handler, (registration) -> registration.builder().tls(of(keyStore)));
	}

	private RawClient connect(TestEngine engine, String expected) throws Exception {
		RawClient client = RawClient.openTls(certificates.client(), null, engine.port());
		assertEquals(expected, client.serverName());
		assertEquals(101, client.upgrade(TestEngine.PATH).status());
		return client;
	}

	private static void assertTalks(RawClient client) throws Exception {
		client.sendText("hello");
		assertEquals("hello", client.readText());
	}

	private static void replace(Path file, Path by) throws IOException {
		Files.copy(by, file, StandardCopyOption.REPLACE_EXISTING);
	}

	@Test
	void newSessionsSeeTheNewCertificateAndOldOnesGoOn() throws Exception {
		Path file = certificates.keyStore("PKCS12", "localhost");
		try (TestEngine engine = start(file); RawClient old = connect(engine, "localhost")) {
			replace(file, certificates.keyStore("PKCS12", "other"));
			connect(engine, "localhost").close();

			engine.engine().reloadTls();

			try (RawClient client = connect(engine, "other")) {
				assertTalks(client);
			}
			assertTalks(old);
		}
	}

	@Test
	void aFaultChangesNothing() throws Exception {
		Path file = certificates.keyStore("PKCS12", "localhost");
		try (TestEngine engine = start(file); RawClient old = connect(engine, "localhost")) {
			Files.writeString(file, "damaged");

			String message = assertThrows(TlsSettingsException.class, engine.engine()::reloadTls).getMessage();

			assertTrue(message.contains(file.toString()), message);
			connect(engine, "localhost").close();
			assertTalks(old);
		}
	}

	@Test
	void aFaultThatOnlyTheEngineSeesChangesNothingEither() throws Exception {
		Path file = certificates.keyStore("PKCS12", "localhost");
		Path key = certificates.write("damaged.key", TestCertificates.pem("PRIVATE KEY", new byte[20]));
		TlsSettings damaged = TlsSettings.ofPem(certificates.chain("localhost"), key);
		try (TestEngine engine = start(file)) {
			String message = assertThrows(TlsSettingsException.class, () -> engine.engine().reloadTls(damaged)).getMessage();

			assertTrue(message.contains(key.toString()), message);
			connect(engine, "localhost").close();
			engine.engine().reloadTls();
			connect(engine, "localhost").close();
		}
	}

	@Test
	void otherSettingsTakeThePlaceOfTheFirstAlsoForTheNextTime() throws Exception {
		Path other = certificates.keyStore("JKS", "other");
		try (TestEngine engine = start(certificates.keyStore("PKCS12", "localhost"))) {
			engine.engine().reloadTls(of(other));
			connect(engine, "other").close();
			replace(other, certificates.keyStore("JKS", "localhost"));

			engine.engine().reloadTls();

			connect(engine, "localhost").close();
		}
	}

	@Test
	void reloadingWhereThereIsNothingToReloadIsRefused() throws Exception {
		Path file = certificates.keyStore("PKCS12", "localhost");
		try (TestEngine plain = TestEngine.start(handler)) {
			String message = assertThrows(IllegalStateException.class, plain.engine()::reloadTls).getMessage();
			assertTrue(message.contains("without TLS"), message);
			assertThrows(IllegalStateException.class, () -> plain.engine().reloadTls(of(file)));
			assertEquals("tls", assertThrows(NullPointerException.class, () -> plain.engine().reloadTls(null)).getMessage());
		}
		WebSocketEngine ended = start(file).engine();
		assertTrue(ended.stop(Duration.ofSeconds(20)));
		assertThrows(IllegalStateException.class, ended::reloadTls);
	}
}
