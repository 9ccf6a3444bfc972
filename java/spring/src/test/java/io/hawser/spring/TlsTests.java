package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTests {
	private static final String PASSWORD = TestKeys.PASSWORD;

	@TempDir
	static Path directory;
	private static TestKeys keys;
	private static Path store;

	@BeforeAll
	static void makeCertificate() throws Exception {
		keys = TestKeys.make(directory, "localhost", "localhost");
		store = keys.store();
	}

	@Test
	void aKeyStoreServesHttpsAndWss() throws Exception {
		check("server.ssl.key-store=" + store, "server.ssl.key-store-password=" + PASSWORD);
	}

	@Test
	void aBundleOfPemFilesDoesToo() throws Exception {
		Path certificate = directory.resolve("own.pem");
		Path key = directory.resolve("own-key.pem");
		keys.writePem(certificate, key);
		check("server.ssl.bundle=own", "spring.ssl.bundle.pem.own.keystore.certificate=" + certificate,
				"spring.ssl.bundle.pem.own.keystore.private-key=" + key);
	}

	@Test
	void theApplicationSeesTheClientsCertificate() throws Exception {
		String[] properties = {"server.ssl.key-store=" + store, "server.ssl.key-store-password=" + PASSWORD,
				"server.ssl.trust-store=" + trustStore(), "server.ssl.trust-store-password=" + PASSWORD, "server.ssl.client-auth=need"};
		try (TestServer server = TestServer.start(EchoApplication.class, properties)) {
			assertEquals("CN=localhost", get(client(true), server, "/certificate"));
			assertThrows(IOException.class, () -> get(client(false), server, "/certificate"));
		}
	}

	@Test
	void aPasswordThatIsWrongEndsTheStartWithItsReason() {
		RuntimeException failure = assertThrows(RuntimeException.class, () -> TestServer.start(EchoApplication.class,
				"server.ssl.key-store=" + store, "server.ssl.key-store-password=wrong").close());
		assertTrue(failure.getMessage() != null, () -> "no message in " + failure);
	}

	private static void check(String... properties) throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, properties)) {
			assertEquals("127.0.0.1 https localhost " + server.port() + " true null", get(client(false), server, "/client"));
			try (TestClient client = TestClient.connect(client(false), URI.create("wss://localhost:" + server.port() + "/echo"))) {
				assertEquals("wss://localhost:" + server.port() + "/echo", client.sendText("?uri").nextText());
				assertEquals("HawserSession", client.sendText("?class").nextText());
			}
		}
	}

	private static String get(HttpClient http, TestServer server, String path) throws Exception {
		URI uri = URI.create("https://localhost:" + server.port() + path);
		return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body();
	}

	private static HttpClient client(boolean withCertificate) throws Exception {
		KeyManager[] own = null;
		if (withCertificate) {
			KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			factory.init(keys.load(), PASSWORD.toCharArray());
			own = factory.getKeyManagers();
		}
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(keys.trusted());
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(own, trust.getTrustManagers(), null);
		return HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1).build();
	}

	private static Path trustStore() throws Exception {
		Path file = directory.resolve("trust.p12");
		try (var out = Files.newOutputStream(file)) {
			keys.trusted().store(out, PASSWORD.toCharArray());
		}
		return file;
	}
}
