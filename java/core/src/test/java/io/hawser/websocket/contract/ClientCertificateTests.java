package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hawser.websocket.ClientCertificates;
import io.hawser.websocket.HttpResponse;
import io.hawser.websocket.TlsSettings;
import io.hawser.websocket.WebSocketHandlerRegistration;
import java.io.IOException;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that show a certificate of their own, and those that do not. */
class ClientCertificateTests {
	private static final X500Principal ADA = new X500Principal("CN=ada, O=Hawser tests");

	private final TestCertificates certificates = TestCertificates.get();
	private final RecordingHandler handler = new RecordingHandler();

	private TestEngine start(ClientCertificates mode, Consumer<WebSocketHandlerRegistration> settings) throws Exception {
		TlsSettings tls = TlsSettings.ofPem(certificates.chain("localhost"), certificates.key())
				.withClientCertificates(mode, certificates.chain("ca"));
		return TestEngine.start(handler, (registration) -> {
			registration.builder().tls(tls);
			settings.accept(registration);
		});
	}

	private TestEngine start(ClientCertificates mode) throws Exception {
		return start(mode, (registration) -> { });
	}

	private Principal principal(TestEngine engine, SSLContext context) throws Exception {
		try (RawClient client = RawClient.openTls(context, null, engine.port())) {
			assertEquals(101, client.upgrade(TestEngine.PATH).status());
			return handler.awaitSession().getPrincipal();
		}
	}

	private void assertRefused(TestEngine engine, SSLContext context) {
		long before = engine.counters().tlsHandshakesFailed();
		// With TLS 1.3 a client learns of it only when it reads.
		assertThrows(IOException.class, () -> principal(engine, context));
		assertEquals(before + 1, engine.counters().tlsHandshakesFailed());
	}

	@ParameterizedTest
	@EnumSource(ClientCertificates.class)
	void theSubjectIsThePrincipal(ClientCertificates mode) throws Exception {
		try (TestEngine engine = start(mode)) {
			assertEquals(ADA, principal(engine, certificates.client("ada")));
		}
	}

	@Test
	void whereItIsOptionalAClientWithoutOneIsNobody() throws Exception {
		try (TestEngine engine = start(ClientCertificates.OPTIONAL)) {
			assertNull(principal(engine, certificates.client()));
		}
	}

	@Test
	void whereItIsRequiredAClientWithoutOneIsNotLetIn() throws Exception {
		try (TestEngine engine = start(ClientCertificates.REQUIRED)) {
			assertRefused(engine, certificates.client());
			assertEquals(ADA, principal(engine, certificates.client("ada")));
		}
	}

	@ParameterizedTest
	@EnumSource(ClientCertificates.class)
	void oneThatNobodyTrustsIsNotLetInEvenWhereItIsOptional(ClientCertificates mode) throws Exception {
		try (TestEngine engine = start(mode)) {
			assertRefused(engine, showing("mallory"));
		}
	}

	@Test
	void theAuthoritiesMayBeAKeyStore() throws Exception {
		TlsSettings tls = TlsSettings.ofKeyStore(certificates.keyStore("JKS", "localhost"), TestCertificates.PASSWORD)
				.withClientCertificates(ClientCertificates.REQUIRED, certificates.trust());
		try (TestEngine engine = TestEngine.start(handler, (registration) -> registration.builder().tls(tls))) {
			assertEquals(ADA, principal(engine, certificates.client("ada")));
		}
	}

	@Test
	void interceptorsAndTheResolverSeeItAndTheResolverHasTheLastWord() throws Exception {
		Principal[] seen = new Principal[1];
		TestInterceptor looks = new TestInterceptor("1", new ArrayList<>()).deciding((request, response, attributes) -> {
			seen[0] = request.getPrincipal();
			return true;
		});
		try (TestEngine engine = start(ClientCertificates.OPTIONAL, (registration) -> registration.addInterceptors(looks)
				.determineUser((request, wsHandler, attributes) -> ADA.equals(request.getPrincipal()) ? () -> "countess" : null))) {
			assertEquals("countess", principal(engine, certificates.client("ada")).getName());
			assertEquals(ADA, seen[0]);
			assertNull(principal(engine, certificates.client()));
			assertNull(seen[0]);
		}
	}

	@Test
	void interceptorsAndTheResolverSeeTheWholeCertificate() throws Exception {
		List<X509Certificate> seen = new ArrayList<>();
		TestInterceptor looks = new TestInterceptor("1", new ArrayList<>())
				.deciding((request, response, attributes) -> seen.add(request.getClientCertificate()));
		try (TestEngine engine = start(ClientCertificates.OPTIONAL, (registration) -> registration.addInterceptors(looks)
				.determineUser((request, wsHandler, attributes) -> {
					seen.add(request.getClientCertificate());
					return null;
				}))) {
			principal(engine, certificates.client("ada"));
			X509Certificate ada = certificates.certificate("ada");
			assertEquals(List.of(ada, ada), seen);
			seen.clear();
			principal(engine, certificates.client());
			assertEquals(Arrays.asList(null, null), seen);
		}
	}

	@Test
	void aResolverThatKnowsNobodyLeavesTheCertificatesSubject() throws Exception {
		try (TestEngine engine = start(ClientCertificates.OPTIONAL, (registration) -> registration
				.determineUser((request, wsHandler, attributes) -> null))) {
			assertEquals(ADA, principal(engine, certificates.client("ada")));
		}
	}

	@Test
	void plainHttpHasThePrincipalAndTheCertificateToo() throws Exception {
		try (TestEngine engine = start(ClientCertificates.OPTIONAL, (registration) -> registration.builder()
				.httpHandler((request) -> HttpResponse.text(request.getPrincipal() + " " + request.getClientCertificate())))) {
			try (RawClient client = RawClient.openTls(certificates.client("ada"), null, engine.port())) {
				assertEquals(ADA + " " + certificates.certificate("ada"), client.request("GET /").body());
			}
			try (RawClient client = RawClient.openTls(certificates.client(), null, engine.port())) {
				assertEquals("null null", client.request("GET /").body());
			}
		}
	}

	/** Shows a certificate whatever the server asks for, which the JDK does not by itself. */
	private SSLContext showing(String alias) throws Exception {
		SSLContext context = SSLContext.getInstance("TLS");
		X509Certificate certificate = certificates.certificate(alias);
		PrivateKey key = (PrivateKey) certificates.keyOf(alias);
		KeyManager shows = new X509ExtendedKeyManager() {
			@Override
			public String[] getClientAliases(String keyType, Principal[] issuers) {
				return new String[] {alias};
			}

			@Override
			public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
				return alias;
			}

			@Override
			public String[] getServerAliases(String keyType, Principal[] issuers) {
				return null;
			}

			@Override
			public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
				return null;
			}

			@Override
			public X509Certificate[] getCertificateChain(String ofAlias) {
				return new X509Certificate[] {certificate};
			}

			@Override
			public PrivateKey getPrivateKey(String ofAlias) {
				return key;
			}
		};
		context.init(new KeyManager[] {shows}, certificates.trustManagers(), new SecureRandom());
		return context;
	}
}
