package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.HttpResponse;
import io.hawser.websocket.TlsSettings;
import io.hawser.websocket.TlsSettingsException;
import io.hawser.websocket.WebSocketEngine;
import io.hawser.websocket.WebSocketEngineBuilder;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sessions by wss, and HTTP by https. */
class TlsTests {
	private final TestCertificates certificates = TestCertificates.get();
	private final RecordingHandler handler = new RecordingHandler();

	private TestEngine start(TlsSettings tls) throws IOException {
		return TestEngine.start(handler, (registration) -> registration.builder().tls(tls));
	}

	private TlsSettings pem() throws Exception {
		return TlsSettings.ofPem(certificates.chain("localhost"), certificates.key());
	}

	private Path pkcs1() throws Exception {
		byte[] pkcs8 = certificates.keyOf("localhost").getEncoded();
		// RFC 5958: behind version, algorithm and two lengths stands the key itself.
		return certificates.write("pkcs1.pem", TestCertificates.pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length)));
	}

	@Test
	void theJdksClientTalksToCertificatesFromEveryKindOfFile() throws Exception {
		List<TlsSettings> all = new ArrayList<>(List.of(pem(), TlsSettings.ofPem(certificates.chain("localhost"), pkcs1()),
				TlsSettings.ofKeyStore(certificates.some("JKS", "localhost"), TestCertificates.PASSWORD)));
		for (String type : List.of("PKCS12", "JKS")) {
			all.add(TlsSettings.ofKeyStore(certificates.keyStore(type, "localhost"), TestCertificates.PASSWORD));
		}
		handler.on("text", WebSocketSession::sendMessage).on("binary", WebSocketSession::sendMessage);
		byte[] bytes = new byte[60_000];
		new Random(4).nextBytes(bytes);
		for (TlsSettings tls : all) {
			try (TestEngine engine = start(tls);
					TestClient client = TestClient.connectTls(certificates.client(), engine.port(), TestEngine.PATH)) {
				client.sendText("gr\u00fc\u00dfe");
				assertEquals("gr\u00fc\u00dfe", client.awaitText(), tls.toString());
				client.sendBinary(bytes);
				assertArrayEquals(bytes, client.awaitBinary());
				client.sendClose(1000, "bye");
				assertEquals(1000, client.awaitClose().getCode());
			}
		}
	}

	@Test
	void theSessionSaysThatItCameByTls() throws Exception {
		try (TestEngine engine = start(pem());
				TestClient client = TestClient.connectTls(certificates.client(), engine.port(), "/test?a=b")) {
			WebSocketSession session = handler.awaitSession();

			assertEquals(URI.create("wss://localhost:" + engine.port() + "/test?a=b"), session.getUri());
			assertNull(session.getPrincipal());
			assertEquals("https://127.0.0.1:" + engine.port() + "/", engine.engine().address());
			client.sendText("x");
			handler.awaitCall("text:x");
		}
	}

	@Test
	void clientsGetTheCertificateOfTheHostTheyName() throws Exception {
		// As the JDK writes it: without its public half.
		Path key = certificates.write("other.key", TestCertificates.pem("PRIVATE KEY", certificates.keyOf("other").getEncoded()));
		TlsSettings both = pem().andPem(certificates.chain("other"), key);
		try (TestEngine engine = start(both)) {
			assertEquals("localhost", shown(engine, null));
			assertEquals("localhost", shown(engine, "unknown.example"));
			assertEquals("other", shown(engine, "other.example"));
			assertEquals("other", shown(engine, "OTHER.example"));
			assertEquals("other", shown(engine, "a.wild.example"));
			assertEquals("localhost", shown(engine, "a.b.wild.example"), "a star stands for one label");
			assertEquals("localhost", shown(engine, "wild.example"));
		}
	}

	private String shown(TestEngine engine, String host) throws Exception {
		try (RawClient client = RawClient.openTls(certificates.client(), host, engine.port())) {
			assertEquals(101, client.upgrade(TestEngine.PATH).status());
			return client.serverName();
		}
	}

	@Test
	void httpIsServedByTlsAndSaysSo() throws Exception {
		TlsSettings tls = pem();
		try (TestEngine engine = TestEngine.start(handler, (registration) -> registration.builder().tls(tls)
				.httpHandler((request) -> HttpResponse.text(request.getURI() + " " + request.getPrincipal())))) {
			HttpClient client = HttpClient.newBuilder().sslContext(certificates.client()).build();
			URI page = URI.create("https://localhost:" + engine.port() + "/page");

			assertEquals(page + " null", client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body());
		}
	}

	@Test
	void plainHttpOnTheTlsPortIsToldSo() throws Exception {
		try (TestEngine engine = start(pem()); RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.upgrade(TestEngine.PATH);

			assertEquals(400, reply.status());
			assertTrue(reply.body().contains("TLS") && reply.body().contains("https://"), reply.body());
			client.readEnd();
		}
	}

	@Test
	void garbageInPlaceOfTlsEndsItsConnectionAndNoOther() throws Exception {
		try (TestEngine engine = start(pem()); RawClient garbage = RawClient.open(engine.port())) {
			garbage.sendBytes(new byte[] {0x16, 3, 1, 0, 5, 9, 9, 9, 9, 9});
			garbage.drain();
			Await.until("the count", () -> engine.counters().tlsHandshakesFailed() == 1);

			assertEquals("localhost", shown(engine, null));
		}
	}

	@Test
	void pagesOfTheSameOriginAreThoseByHttps() throws Exception {
		try (TestEngine engine = start(pem())) {
			for (String scheme : List.of("https", "http")) {
				try (RawClient client = RawClient.openTls(certificates.client(), null, engine.port())) {
					HttpReply reply = client.upgrade(TestEngine.PATH, "Origin: " + scheme + "://localhost:" + engine.port());
					assertEquals(scheme.equals("https") ? 101 : 403, reply.status(), scheme);
				}
			}
		}
	}

	@Test
	void compressionIsAgreedOnByTlsAsWell() throws Exception {
		MessageCodec codec = new MessageCodec(false);
		handler.on("text", WebSocketSession::sendMessage);
		try (TestEngine engine = start(pem()); RawClient client = RawClient.openTls(certificates.client(), null, engine.port())) {
			client.upgrade(TestEngine.PATH, "Sec-WebSocket-Extensions: permessage-deflate");
			client.send(codec.text("x".repeat(10_000)));

			assertEquals("x".repeat(10_000), codec.readText(client.read()));
		}
	}

	@Test
	void aKeyOfAnotherCertificateIsRefusedByTheStartWhichMayBeTriedAgain() throws Exception {
		KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
		keys.initialize(2048);
		Path other = certificates.write("other.key", TestCertificates.pem("PRIVATE KEY", keys.generateKeyPair().getPrivate().getEncoded()));
		WebSocketEngineBuilder builder = WebSocketEngine.builder().addHandler(handler, TestEngine.PATH).builder();
		builder.tls(TlsSettings.ofPem(certificates.chain("localhost"), other));

		String message = assertThrows(TlsSettingsException.class, builder::start).getMessage();

		assertTrue(message.contains("localhost.crt") && message.contains(other + ": "), message);
		assertTrue(message.contains("the private key does not belong to the certificate"), message);
		builder.tls(pem()).start().close();
	}

	@Test
	void aDamagedKeyIsRefusedByTheStartWithoutItsBytes() throws Exception {
		Path damaged = certificates.write("damaged.key", TestCertificates.pem("PRIVATE KEY", "secret secret".getBytes()));
		WebSocketEngineBuilder builder = WebSocketEngine.builder().addHandler(handler, TestEngine.PATH).builder();
		builder.tls(TlsSettings.ofPem(certificates.chain("localhost"), damaged));

		String message = assertThrows(TlsSettingsException.class, builder::start).getMessage();

		assertTrue(message.contains(damaged + ": ") && message.contains("private key"), message);
		assertTrue(!message.contains("secret") && !message.contains("c2VjcmV0"), message);
	}
}
