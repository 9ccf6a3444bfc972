package io.hawser.websocket.internal;

import io.hawser.websocket.TlsSettingsException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/**
 * A certificate chain and its key in PEM files. The key goes to the native side as it stands in its file; here it is only
 * made sure that there is one which is not encrypted.
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
		byte[] keyBytes = TlsFile.read(key);
		requireKey(TlsFile.name(key), keyBytes);
		return List.of(new TlsIdentity(toString(), certificates, keyBytes));
	}

	@Override
	public String toString() {
		return chain.equals(key) ? TlsFile.name(chain) : TlsFile.name(chain) + " with " + TlsFile.name(key);
	}

	private static void requireKey(String name, byte[] file) throws TlsSettingsException {
		List<PemBlock> blocks = PemBlock.parse(name, file);
		if (blocks.isEmpty()) {
			if (file.length > 0 && file[0] == DER) {
				return;
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
	}
}
