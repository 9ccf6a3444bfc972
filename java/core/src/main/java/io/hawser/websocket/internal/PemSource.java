package io.hawser.websocket.internal;

import io.hawser.websocket.TlsSettingsException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import java.util.Objects;

/**
 * A certificate chain and its key in PEM files. The key goes to the native side as it stands in its file, once it is sure
 * that there is one which is not encrypted; only an elliptic curve key in PKCS#8 is written anew, with its public half.
 */
public final class PemSource implements IdentitySource {
	/** First byte of DER: a sequence. */
	private static final byte DER = 0x30;

	private final Path chain;
	private final Path key;

	public PemSource(Path chain, Path key) {
		this.chain = Objects.requireNonNull(chain, "chain");
		this.key = Objects.requireNonNull(key, "key");
	}

	@Override
	public List<TlsIdentity> read() throws TlsSettingsException {
		String chainName = TlsFile.name(chain);
		List<X509Certificate> certificates = PemBlock.certificates(chainName, TlsFile.read(chain));
		byte[] keyFile = TlsFile.read(key);
		byte[] der = requireKey(TlsFile.name(key), keyFile);
		if (certificates.get(0).getPublicKey() instanceof ECPublicKey publicKey) {
			ECPrivateKey ecKey = EcKey.parse(der);
			if (ecKey != null) {
				return List.of(new TlsIdentity(toString(), certificates, EcKey.complete(toString(), ecKey, publicKey)));
			}
		}
		return List.of(new TlsIdentity(toString(), certificates, keyFile));
	}

	@Override
	public String toString() {
		return chain.equals(key) ? TlsFile.name(chain) : TlsFile.name(chain) + " with " + TlsFile.name(key);
	}

	/** Returns the first key of a file in DER, empty where its base64 is damaged: the native side says so. */
	private static byte[] requireKey(String name, byte[] file) throws TlsSettingsException {
		List<PemBlock> blocks = PemBlock.parse(name, file);
		if (blocks.isEmpty()) {
			if (file.length > 0 && file[0] == DER) {
				return file;
			}
			throw new TlsSettingsException(name + ": is neither PEM nor DER; a private key is expected here", null);
		}
		List<PemBlock> keys = blocks.stream().filter((block) -> block.label().endsWith("PRIVATE KEY")).toList();
		if (keys.isEmpty()) {
			throw new TlsSettingsException(name + ": there is no private key in it, only " + PemBlock.labels(blocks), null);
		}
		if (keys.get(0).isEncrypted()) {
			throw new TlsSettingsException(name + ": the private key is encrypted; decrypt it (openssl pkey -in ... -out ...)"
					+ " and protect the file, or put it into a PKCS12 key store", null);
		}
		return keys.get(0).der();
	}
}
