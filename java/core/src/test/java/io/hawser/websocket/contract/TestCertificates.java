package io.hawser.websocket.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * An authority and what it has signed, made with keytool once per test run: {@code localhost} and {@code other.example} for
 * servers, {@code ada} for a client, {@code expired} and {@code early}, and {@code mallory}, who has signed for himself.
 */
public final class TestCertificates {
	public static final char[] PASSWORD = "for tests".toCharArray();

	private static TestCertificates made;

	private final Path directory;
	private final KeyStore all;

	private TestCertificates() throws IOException, GeneralSecurityException {
		directory = Files.createTempDirectory("hawser-tls-");
		Runtime.getRuntime().addShutdownHook(new Thread(this::delete));
		Path store = directory.resolve("all.p12");
		make(store, "ca", "-ext", "bc:critical=ca:true");
		make(store, "localhost", "-signer", "ca", "-ext", "san=dns:localhost,ip:127.0.0.1", "-keyalg", "RSA", "-keysize", "2048");
		make(store, "other", "-signer", "ca", "-ext", "san=dns:other.example,dns:*.wild.example");
		make(store, "ada", "-signer", "ca", "-ext", "eku=clientAuth");
		make(store, "mallory", "-ext", "eku=clientAuth");
		make(store, "expired", "-signer", "ca", "-startdate", "-2d", "-validity", "1");
		make(store, "early", "-signer", "ca", "-startdate", "+1d");
		all = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(store)) {
			all.load(in, PASSWORD);
		}
	}

	/** Returns the certificates of this test run. */
	public static synchronized TestCertificates get() {
		if (made == null) {
			try {
				made = new TestCertificates();
			} catch (IOException | GeneralSecurityException e) {
				throw new IllegalStateException(e);
			}
		}
		return made;
	}

	/** Returns a PEM file of a chain; there is one for each alias. */
	public Path chain(String alias) throws Exception {
		StringBuilder pem = new StringBuilder("What openssl writes before a certificate.\n");
		for (Certificate certificate : all.getCertificateChain(alias)) {
			pem.append(pem("CERTIFICATE", certificate.getEncoded()));
		}
		return write(alias + ".crt", pem.toString());
	}

	/** Returns a PEM file of the key of {@code localhost}, the one RSA key, as PKCS#8. */
	public Path key() throws Exception {
		return write("localhost.key", pem("PRIVATE KEY", keyOf("localhost").getEncoded()));
	}

	/** Returns a key store file with some of the entries. */
	public Path keyStore(String type, String... aliases) throws Exception {
		KeyStore some = some(type, aliases);
		Path file = Files.createTempFile(directory, "", "-store." + type);
		try (var out = Files.newOutputStream(file)) {
			some.store(out, PASSWORD);
		}
		return file;
	}

	/** Returns a key store in memory with some of the entries. */
	public KeyStore some(String type, String... aliases) throws Exception {
		KeyStore some = KeyStore.getInstance(type);
		some.load(null, null);
		for (String alias : aliases) {
			some.setKeyEntry(alias, keyOf(alias), PASSWORD, all.getCertificateChain(alias));
		}
		return some;
	}

	/** Returns a store that trusts the authority. */
	public KeyStore trust() throws Exception {
		KeyStore trust = KeyStore.getInstance("PKCS12");
		trust.load(null, null);
		trust.setCertificateEntry("ca", all.getCertificate("ca"));
		return trust;
	}

	public X509Certificate certificate(String alias) throws Exception {
		return (X509Certificate) all.getCertificate(alias);
	}

	public Key keyOf(String alias) throws Exception {
		return all.getKey(alias, PASSWORD);
	}

	/** Returns what a client needs that trusts the authority, and shows these certificates if it is asked for one. */
	public SSLContext client(String... aliases) throws Exception {
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(some("PKCS12", aliases), PASSWORD);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), trustManagers(), new SecureRandom());
		return context;
	}

	/** Returns those of a client that trusts the authority. */
	TrustManager[] trustManagers() throws Exception {
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(trust());
		return trust.getTrustManagers();
	}

	/** Writes a new file whose name ends like that: tests run at the same time. */
	public Path write(String name, String content) throws IOException {
		return Files.writeString(Files.createTempFile(directory, "", "-" + name), content, StandardCharsets.ISO_8859_1);
	}

	/** Returns a PEM block. */
	public static String pem(String label, byte[] der) {
		return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
				+ "\n-----END " + label + "-----\n";
	}

	private static void make(Path store, String alias, String... more) throws IOException {
		List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", alias, "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass",
				new String(PASSWORD), "-dname", "CN=" + alias + ", O=Hawser tests"));
		command.addAll(Arrays.asList(more));
		if (!command.contains("-keyalg")) {
			command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
		}
		Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		try {
			if (keytool.waitFor() != 0) {
				throw new IOException(String.join(" ", command) + ":\n" + output);
			}
		} catch (InterruptedException e) {
			Thread.currentThread().interrupt();
		}
	}

	private void delete() {
		try (var files = Files.list(directory)) {
			for (Path file : files.toList()) {
				Files.delete(file);
			}
			Files.delete(directory);
		} catch (IOException e) {
			throw new UncheckedIOException(e);
		}
	}
}
