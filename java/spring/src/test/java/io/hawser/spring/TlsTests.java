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
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTests {
	private static final String PASSWORD = "changeit";

	@TempDir
	static Path directory;
	private static Path store;

	@BeforeAll
	static void makeCertificate() throws Exception {
		store = directory.resolve("localhost.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
				"-alias", "server", "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD, "-keyalg", "EC",
				"-groupname", "secp256r1", "-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1").inheritIO().start();
		assertEquals(0, keytool.waitFor());
	}

	@Test
	void aKeyStoreServesHttpsAndWss() throws Exception {
		check("server.ssl.key-store=" + store, "server.ssl.key-store-password=" + PASSWORD);
	}

	@Test
	void aBundleOfPemFilesDoesToo() throws Exception {
		KeyStore keys = load();
		Path certificate = pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
		Path key = pem("PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded());
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
		KeyManager[] keys = null;
		if (withCertificate) {
			KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			factory.init(load(), PASSWORD.toCharArray());
			keys = factory.getKeyManagers();
		}
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(trusted());
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys, trust.getTrustManagers(), null);
		return HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1).build();
	}

	private static KeyStore load() throws Exception {
		return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
	}

	private static KeyStore trusted() throws Exception {
		Certificate certificate = load().getCertificate("server");
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("own", certificate);
		return trusted;
	}

	private static Path trustStore() throws Exception {
		Path file = directory.resolve("trust.p12");
		try (var out = Files.newOutputStream(file)) {
			trusted().store(out, PASSWORD.toCharArray());
		}
		return file;
	}

	private static Path pem(String type, byte[] bytes) throws IOException {
		String text = "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
				+ "\n-----END " + type + "-----\n";
		return Files.writeString(directory.resolve(type.replace(' ', '-') + ".pem"), text);
	}
}
