package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.ClientCertificates;
import io.hawser.websocket.TlsSettingsException;
import io.hawser.websocket.contract.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files and stores that cannot be used: each is named, with the reason, and nothing of a key or password is told. */
class TlsFaultTests {
	private static final char[] PASSWORD = TestCertificates.PASSWORD;

	private final TestCertificates certificates = TestCertificates.get();

	/** Of a kind that TLS cannot show. */
	private static final class ForeignCertificate extends Certificate {
		private static final long serialVersionUID = 1L;

		ForeignCertificate() {
			super("OpenPGP");
		}

		@Override
		public byte[] getEncoded() {
			return new byte[0];
		}

		@Override
		public void verify(PublicKey key) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void verify(PublicKey key, String provider) {
			throw new UnsupportedOperationException();
		}

		@Override
		public PublicKey getPublicKey() {
			return null;
		}

		@Override
		public String toString() {
			return getType();
		}
	}

	private static void refused(String text, TlsSources sources) {
		String message = assertThrows(TlsSettingsException.class, sources::read).getMessage();
		assertTrue(message.contains(text), message);
		assertFalse(message.contains(new String(PASSWORD)), message);
	}

	private void chainRefused(String reason, String content) throws Exception {
		Path file = certificates.write("chain.pem", content);
		refused(file + ": " + reason, TlsSources.of(new PemSource(file, certificates.key())));
		refused(file + ": " + reason, pem().withClients(ClientCertificates.OPTIONAL, TrustSource.of(file)));
	}

	private void keyRefused(String reason, String content) throws Exception {
		Path file = certificates.write("key.pem", content);
		refused(file + ": " + reason, TlsSources.of(new PemSource(certificates.chain("localhost"), file)));
	}

	private void storeRefused(String reason, Path file, char[] password) {
		refused(file + reason, TlsSources.of(KeyStoreSource.of(file, password)));
	}

	private TlsSources pem() throws Exception {
		return TlsSources.of(new PemSource(certificates.chain("localhost"), certificates.key()));
	}

	@Test
	void aChainFileThatIsNone() throws Exception {
		String chain = Files.readString(certificates.chain("localhost"));

		chainRefused("is not PEM", "");
		chainRefused("is not PEM", "0\u0082 as DER begins");
		chainRefused("there is no certificate in it, only PRIVATE KEY, EC PARAMETERS",
				Files.readString(certificates.key()) + TestCertificates.pem("EC PARAMETERS", new byte[3]));
		chainRefused("the block CERTIFICATE has no END line", chain.substring(0, chain.length() - 10));
		chainRefused("certificate 3 in it is damaged", chain + TestCertificates.pem("CERTIFICATE", new byte[10]));
	}

	@Test
	void aKeyFileThatIsNone() throws Exception {
		keyRefused("is neither PEM nor DER", "");
		keyRefused("is neither PEM nor DER", "secret");
		keyRefused("there is no private key in it, only CERTIFICATE", TestCertificates.pem("CERTIFICATE", new byte[10]));
		keyRefused("the block RSA PRIVATE KEY has no END line", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n");
	}

	@Test
	void nothingOfAKeyThatLostItsLineBreaksIsTold() throws Exception {
		String key = Files.readString(certificates.key());
		String secret = key.lines().skip(1).findFirst().orElseThrow().substring(0, 8);
		for (String text : List.of(key.replace("\n", " "), key.replace("\n", "\\n"), key.replace("\n", ""),
				key.replaceFirst("\n", " "), key.replaceFirst("-----\n", ""))) {
			Path file = certificates.write("key.pem", text);
			TlsSources ofKey = TlsSources.of(new PemSource(certificates.chain("localhost"), file));
			TlsSources ofChain = TlsSources.of(new PemSource(file, certificates.key()));
			for (TlsSources sources : List.of(ofKey, ofChain)) {
				TlsSettingsException refusal = assertThrows(TlsSettingsException.class, sources::read);
				assertTrue(refusal.getMessage().contains(file + ": a BEGIN line has more on it than its label"), refusal.getMessage());
				for (Throwable each = refusal; each != null; each = each.getCause()) {
					assertFalse(each.toString().contains(secret), each.toString());
				}
			}
		}
	}

	@Test
	void anEncryptedKeyWithItsCure() throws Exception {
		keyRefused("the private key is encrypted; decrypt it", TestCertificates.pem("ENCRYPTED PRIVATE KEY", new byte[9]));
		keyRefused("the private key is encrypted", "-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\n"
				+ "DEK-Info: AES-256-CBC,00\r\n\r\nAAAA\r\n-----END RSA PRIVATE KEY-----\r\n");
	}

	@Test
	void aKeyWhoseBase64ReadsEncryptedIsNot() throws Exception {
		Path key = certificates.write("key.pem", "-----BEGIN RSA PRIVATE KEY-----\nAAENCRYPTEDA\n-----END RSA PRIVATE KEY-----\n");

		assertTrue(TlsSources.of(new PemSource(certificates.chain("localhost"), key)).read().length > 0);
	}

	@Test
	void filesThatCannotBeRead() throws Exception {
		Path missing = certificates.chain("localhost").resolveSibling("missing.pem");
		Path directory = missing.getParent();

		refused(missing + ": there is no such file", TlsSources.of(new PemSource(missing, certificates.key())));
		refused(missing + ": there is no such file", TlsSources.of(new PemSource(certificates.chain("localhost"), missing)));
		refused(directory + ": it cannot be read: ", TlsSources.of(new PemSource(directory, directory)));
		refused(missing + ": there is no such file", pem().withClients(ClientCertificates.REQUIRED, TrustSource.of(missing)));
		storeRefused(": there is no such file", missing, PASSWORD);
	}

	@Test
	void aCertificateThatIsNotValidNow() throws Exception {
		refused("the certificate of CN=expired,O=Hawser tests expired at ",
				TlsSources.of(new PemSource(certificates.chain("expired"), certificates.key())));
		refused("the certificate of CN=early,O=Hawser tests is not valid before ",
				TlsSources.of(new PemSource(certificates.chain("early"), certificates.key())));
		storeRefused(", alias 'expired': the certificate of CN=expired", certificates.keyStore("PKCS12", "expired"), PASSWORD);
	}

	@Test
	void aWrongPassword() throws Exception {
		for (String type : new String[] {"PKCS12", "JKS"}) {
			storeRefused(": wrong password", certificates.keyStore(type, "localhost"), "wrong".toCharArray());
		}
		refused("key store of type JKS, alias 'localhost': wrong password for this key",
				TlsSources.of(KeyStoreSource.of(certificates.some("JKS", "localhost"), "wrong".toCharArray())));
	}

	@Test
	void aStoreFileThatIsNone() throws Exception {
		storeRefused(": is neither a PKCS12 nor a JKS key store; use ofPem", certificates.chain("localhost"), PASSWORD);
		storeRefused(": is neither a PKCS12 nor a JKS key store", certificates.write("empty", ""), PASSWORD);
		Path whole = certificates.keyStore("PKCS12", "localhost");
		Path cut = Files.write(certificates.write("cut", ""), Arrays.copyOf(Files.readAllBytes(whole), 100));
		storeRefused(": is no key store of type PKCS12 or JKS, or damaged: ", cut, PASSWORD);
	}

	@Test
	void aStoreWithoutWhatIsLookedFor() throws Exception {
		storeRefused(": there is no private key with a certificate in it", certificates.keyStore("PKCS12"), PASSWORD);
		refused("key store of type PKCS12: there is no private key", TlsSources.of(KeyStoreSource.of(certificates.trust(), PASSWORD)));
		refused("trusted key store of type JKS: there is no trusted certificate",
				pem().withClients(ClientCertificates.REQUIRED, TrustSource.of(certificates.some("JKS", "localhost"))));
	}

	@Test
	void anAliasThatIsNotThereWithThoseThatAre() throws Exception {
		KeyStore store = certificates.some("PKCS12", "other", "localhost");
		store.setCertificateEntry("ca", certificates.certificate("ca"));

		refused("key store of type PKCS12: there is no such alias 'x\\u000Ay'; there are localhost, other",
				TlsSources.of(KeyStoreSource.of(store, PASSWORD, "other", "x\ny")));
		refused("key store of type PKCS12: there is no private key with a certificate under alias 'ca'; there are localhost, other",
				TlsSources.of(KeyStoreSource.of(store, PASSWORD, "ca")));
	}

	@Test
	void aKeyStoreThatWasNotLoaded() throws Exception {
		KeyStore store = KeyStore.getInstance("PKCS12");

		refused("key store of type PKCS12: ", TlsSources.of(KeyStoreSource.of(store, PASSWORD)));
		refused("trusted key store of type PKCS12: ", pem().withClients(ClientCertificates.OPTIONAL, TrustSource.of(store)));
	}

	@Test
	void aCertificateThatIsNoX509() throws Exception {
		Certificate other = new ForeignCertificate();
		// A store in memory that takes whatever it is given.
		KeyStore store = KeyStore.getInstance("JKS");
		store.load(null, null);
		store.setKeyEntry("ours", certificates.keyOf("localhost"), PASSWORD,
				new Certificate[] {certificates.certificate("localhost"), other});
		store.setCertificateEntry("theirs", other);

		refused("key store of type JKS, alias 'ours': there is a certificate of type OpenPGP; TLS needs X.509",
				TlsSources.of(KeyStoreSource.of(store, PASSWORD)));
		refused("trusted key store of type JKS, alias 'theirs': there is a certificate of type OpenPGP; TLS needs X.509",
				pem().withClients(ClientCertificates.REQUIRED, TrustSource.of(store)));
	}

	@Test
	void aKeyOfAnotherCertificate() throws Exception {
		KeyStore store = certificates.some("PKCS12");
		store.setKeyEntry("swapped", certificates.keyOf("ada"), PASSWORD,
				new Certificate[] {certificates.certificate("other")});

		refused("alias 'swapped': the private key does not belong to the certificate",
				TlsSources.of(KeyStoreSource.of(store, PASSWORD)));
		Path ada = certificates.write("ada.key", TestCertificates.pem("PRIVATE KEY", certificates.keyOf("ada").getEncoded()));
		refused(ada + ": the private key does not belong to the certificate",
				TlsSources.of(new PemSource(certificates.chain("other"), ada)));
	}

	@Test
	void namesOfFilesCannotForgeALineOfTheLog() throws Exception {
		refused("a\\u000Ab: there is no such file", TlsSources.of(new PemSource(Path.of("a\nb"), Path.of("c"))));
	}
}
