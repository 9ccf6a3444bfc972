package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.ClientCertificates;
import io.hawser.websocket.contract.TestCertificates;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of files and stores on their way to the native side. */
class TlsSourcesTests {
	private static final char[] PASSWORD = TestCertificates.PASSWORD;

	private final TestCertificates certificates = TestCertificates.get();

	/** The record, read back. */
	private record Identity(String name, List<String> dnsNames, List<byte[]> chain, byte[] key) {
	}

	private static List<Identity> identities(DataInputStream record) throws IOException {
		List<Identity> identities = new ArrayList<>();
		int count = record.readUnsignedShort();
		for (int i = 0; i < count; i++) {
			String name = string(record);
			List<String> names = new ArrayList<>();
			for (int left = record.readUnsignedShort(); left > 0; left--) {
				names.add(string(record));
			}
			identities.add(new Identity(name, names, blobs(record), blob(record)));
		}
		return identities;
	}

	private static List<byte[]> blobs(DataInputStream record) throws IOException {
		List<byte[]> blobs = new ArrayList<>();
		int count = record.readUnsignedShort();
		for (int i = 0; i < count; i++) {
			blobs.add(blob(record));
		}
		return blobs;
	}

	private static byte[] blob(DataInputStream record) throws IOException {
		return record.readNBytes(record.readInt());
	}

	private static String string(DataInputStream record) throws IOException {
		return new String(record.readNBytes(record.readUnsignedShort()), StandardCharsets.UTF_8);
	}

	private static DataInputStream read(TlsSources sources) throws IOException {
		return new DataInputStream(new ByteArrayInputStream(sources.read()));
	}

	private TlsSources pem() throws Exception {
		return TlsSources.of(new PemSource(certificates.chain("localhost"), certificates.key()));
	}

	@Test
	void aPemIdentityIsItsChainItsNamesAndTheKeyFileAsItIs() throws Exception {
		Path key = certificates.key();
		DataInputStream record = read(TlsSources.of(new PemSource(certificates.chain("localhost"), key)));

		assertEquals(0, record.readUnsignedByte(), "no client certificates");
		Identity identity = identities(record).get(0);
		assertTrue(identity.name().endsWith("-localhost.crt with " + key), identity.name());
		assertEquals(List.of("localhost"), identity.dnsNames());
		assertEquals(2, identity.chain().size());
		assertArrayEquals(certificates.certificate("localhost").getEncoded(), identity.chain().get(0));
		assertArrayEquals(certificates.certificate("ca").getEncoded(), identity.chain().get(1));
		assertArrayEquals(Files.readAllBytes(key), identity.key());
		assertEquals(0, record.readUnsignedShort(), "trusted certificates");
		assertEquals(-1, record.read());
	}

	@Test
	void chainAndKeyMayBeOneFileInAnyOrder() throws Exception {
		Path both = certificates.write("both.pem",
				Files.readString(certificates.key()) + Files.readString(certificates.chain("localhost")));
		DataInputStream record = read(TlsSources.of(new PemSource(both, both)));

		record.readUnsignedByte();
		Identity identity = identities(record).get(0);
		assertEquals(both.toString(), identity.name());
		assertEquals(2, identity.chain().size());
	}

	@Test
	void linesMayEndWithCrLf() throws Exception {
		Path chain = certificates.write("crlf.pem", Files.readString(certificates.chain("localhost")).replace("\n", "\r\n"));
		DataInputStream record = read(TlsSources.of(new PemSource(chain, certificates.key())));

		record.readUnsignedByte();
		assertEquals(2, identities(record).get(0).chain().size());
	}

	@Test
	void everyKeyOfAKeyStoreIsAnIdentityInTheOrderOfItsAlias() throws Exception {
		for (String type : List.of("PKCS12", "JKS")) {
			Path file = certificates.keyStore(type, "other", "localhost");
			DataInputStream record = read(TlsSources.of(KeyStoreSource.of(file, PASSWORD)));

			record.readUnsignedByte();
			List<Identity> identities = identities(record);
			assertEquals(List.of(file + ", alias 'localhost'", file + ", alias 'other'"),
					identities.stream().map(Identity::name).toList());
			assertEquals(List.of("other.example", "*.wild.example"), identities.get(1).dnsNames());
			assertArrayEquals(certificates.keyOf("localhost").getEncoded(), identities.get(0).key());
		}
	}

	@Test
	void ofSomeAliasesOnlyTheirKeysAreReadAndTheFirstOneCountsFirst() throws Exception {
		for (String type : List.of("PKCS12", "JKS")) {
			Path file = certificates.keyStore(type, "expired", "localhost", "other");
			DataInputStream record = read(TlsSources.of(KeyStoreSource.of(file, PASSWORD, "other", "LOCALHOST")));

			record.readUnsignedByte();
			assertEquals(List.of(file + ", alias 'other'", file + ", alias 'LOCALHOST'"),
					identities(record).stream().map(Identity::name).toList());
		}
	}

	@Test
	void anEllipticCurveKeyHasItsPublicHalfInside() throws Exception {
		byte[] bare = certificates.keyOf("other").getEncoded();
		Path chain = certificates.chain("other");
		Path pem = certificates.write("other.key", TestCertificates.pem("PRIVATE KEY", bare));
		Path der = Files.write(certificates.write("other.der", ""), bare);

		assertHasPublicHalf(KeyStoreSource.of(certificates.some("PKCS12", "other"), PASSWORD));
		assertHasPublicHalf(new PemSource(chain, pem));
		assertHasPublicHalf(new PemSource(chain, der));
	}

	private void assertHasPublicHalf(IdentitySource source) throws Exception {
		DataInputStream record = read(TlsSources.of(source));
		record.readUnsignedByte();
		byte[] key = identities(record).get(0).key();

		ECPrivateKey parsed = (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key));
		assertEquals(((ECPrivateKey) certificates.keyOf("other")).getS(), parsed.getS());
		byte[] publicKey = certificates.certificate("other").getPublicKey().getEncoded();
		byte[] point = Arrays.copyOfRange(publicKey, publicKey.length - 65, publicKey.length);
		assertArrayEquals(point, Arrays.copyOfRange(key, key.length - 65, key.length));
	}

	@Test
	void severalSourcesKeepTheirOrderAndClientsAreAskedAsSet() throws Exception {
		TlsSources sources = pem().and(KeyStoreSource.of(certificates.some("JKS", "other"), PASSWORD));
		for (ClientCertificates mode : ClientCertificates.values()) {
			DataInputStream record = read(sources.withClients(mode, TrustSource.of(certificates.trust())));

			assertEquals(mode == ClientCertificates.OPTIONAL ? 1 : 2, record.readUnsignedByte());
			assertEquals(List.of("localhost", "other.example", "*.wild.example"),
					identities(record).stream().flatMap((identity) -> identity.dnsNames().stream()).toList());
			List<byte[]> trusted = blobs(record);
			assertArrayEquals(certificates.certificate("ca").getEncoded(), trusted.get(0));
			assertEquals(1, trusted.size());
		}
	}

	@Test
	void authoritiesMayComeFromAPemFile() throws Exception {
		DataInputStream record = read(pem().withClients(ClientCertificates.REQUIRED, TrustSource.of(certificates.chain("ca"))));

		record.readUnsignedByte();
		identities(record);
		assertArrayEquals(certificates.certificate("ca").getEncoded(), blobs(record).get(0));
	}

	@Test
	void aKeyIsClearedAndItsSourceMayBeReadAgain() throws Exception {
		KeyStore store = certificates.some("JKS", "localhost");
		TlsIdentity identity = KeyStoreSource.of(store, PASSWORD).read().get(0);
		byte[] key = identity.key.clone();
		identity.clearKey();

		assertArrayEquals(new byte[key.length], identity.key);
		assertArrayEquals(key, KeyStoreSource.of(store, PASSWORD).read().get(0).key);
	}

	@Test
	void thePasswordIsCopied() throws Exception {
		char[] password = PASSWORD.clone();
		TlsSources sources = TlsSources.of(KeyStoreSource.of(certificates.keyStore("PKCS12", "localhost"), password));
		Arrays.fill(password, ' ');

		assertTrue(sources.read().length > 0);
	}
}
