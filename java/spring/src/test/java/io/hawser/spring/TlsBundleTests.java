package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of bundles: renewed while the application runs, and several by the name of the host. */
class TlsBundleTests {
	@TempDir
	Path directory;
	private Path certificate;
	private Path key;
	private TestKeys keys;

	@BeforeEach
	void makeBundle() throws Exception {
		certificate = directory.resolve("own.pem");
		key = directory.resolve("own-key.pem");
		keys = TestKeys.make(directory, "localhost", "localhost");
		keys.writePem(certificate, key);
	}

	@Test
	void renewedFilesAreServedAndSessionsStay() throws Exception {
		try (TestServer server = TestServer.start(EchoApplication.class, bundle(), privateKey(), "server.ssl.bundle=own",
				"spring.ssl.bundle.pem.own.reload-on-update=true", "spring.ssl.bundle.watch.file.quiet-period=50ms")) {
			URI echo = URI.create("wss://localhost:" + server.port() + "/echo");
			try (TestClient client = TestClient.connect(HttpClient.newBuilder().sslContext(trusting(keys)).build(), echo)) {
				TestKeys renewed = TestKeys.make(directory, "renewed", "localhost");
				renewed.writePem(certificate, key);
				X509Certificate expected = (X509Certificate) renewed.load().getCertificate("server");
				Await.until("the renewed certificate is served", () -> served(server, "localhost").equals(expected));
				assertEquals("still here", client.sendText("still here").nextText());
			}
		}
	}

	@Test
	void aClientThatNamesAHostGetsThatHostsCertificate() throws Exception {
		TestKeys other = TestKeys.make(directory, "other", "other.example");
		try (TestServer server = TestServer.start(EchoApplication.class, bundle(), privateKey(), "server.ssl.bundle=own",
				"spring.ssl.bundle.jks.other.keystore.location=" + other.store(),
				"spring.ssl.bundle.jks.other.keystore.password=" + TestKeys.PASSWORD, "spring.ssl.bundle.jks.other.keystore.type=PKCS12",
				"server.ssl.server-name-bundles[0].server-name=other.example", "server.ssl.server-name-bundles[0].bundle=other")) {
			assertEquals("CN=other.example", served(server, "other.example").getSubjectX500Principal().getName());
			assertEquals("CN=localhost", served(server, "localhost").getSubjectX500Principal().getName());
		}
	}

	private String bundle() {
		return "spring.ssl.bundle.pem.own.keystore.certificate=" + certificate;
	}

	private String privateKey() {
		return "spring.ssl.bundle.pem.own.keystore.private-key=" + key;
	}

	/** Returns the certificate that a new client is shown which asks for that host. */
	private static X509Certificate served(TestServer server, String host) {
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(null, new TrustManager[] {new Curious()}, null);
			try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port())) {
				SSLParameters parameters = socket.getSSLParameters();
				parameters.setServerNames(List.of(new SNIHostName(host)));
				socket.setSSLParameters(parameters);
				socket.startHandshake();
				return (X509Certificate) socket.getSession().getPeerCertificates()[0];
			}
		} catch (IOException e) {
			throw new UncheckedIOException(e);
		} catch (GeneralSecurityException e) {
			throw new IllegalStateException(e);
		}
	}

	private static SSLContext trusting(TestKeys keys) throws Exception {
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(keys.trusted());
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, trust.getTrustManagers(), null);
		return context;
	}

	/** Trusts everybody, to see who it is. */
	private static final class Curious implements X509TrustManager {
		@Override
		public void checkClientTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String type) {
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}
	}
}
