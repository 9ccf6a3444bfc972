package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A key and a certificate signed by itself, as a key store and as PEM.
 *
 * @param store the key store, PKCS12
 */
record TestKeys(Path store) {
	static final String PASSWORD = "changeit";

	/** Makes them by the JDK's keytool, for that host and this machine's address. */
	static TestKeys make(Path directory, String name, String host) throws Exception {
		Path store = directory.resolve(name + ".p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair",
				"-alias", "server", "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD, "-keyalg", "EC",
				"-groupname", "secp256r1", "-dname", "CN=" + host, "-ext", "san=dns:" + host + ",ip:127.0.0.1").inheritIO().start();
		assertEquals(0, keytool.waitFor());
		return new TestKeys(store);
	}

	KeyStore load() throws Exception {
		return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
	}

	/** Returns a store that trusts the certificate. */
	KeyStore trusted() throws Exception {
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("own", load().getCertificate("server"));
		return trusted;
	}

	void writePem(Path certificate, Path key) throws Exception {
		write(key, "PRIVATE KEY", load().getKey("server", PASSWORD.toCharArray()).getEncoded());
		write(certificate, "CERTIFICATE", load().getCertificate("server").getEncoded());
	}

	private static void write(Path file, String type, byte[] bytes) throws IOException {
		Files.writeString(file, "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
				+ "\n-----END " + type + "-----\n");
	}
}
