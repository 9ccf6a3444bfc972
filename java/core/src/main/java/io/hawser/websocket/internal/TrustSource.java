package io.hawser.websocket.internal;

import io.hawser.websocket.TlsSettingsException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** Where the authorities come from whose clients are let in: a PEM file, or the certificate entries of a key store. */
public final class TrustSource {
	/** {@code null} where there is a store. */
	private final Path file;
	private final KeyStore store;

	private TrustSource(Path file, KeyStore store) {
		this.file = file;
		this.store = store;
	}

	public static TrustSource of(Path file) {
		return new TrustSource(Objects.requireNonNull(file, "trusted"), null);
	}

	public static TrustSource of(KeyStore store) {
		return new TrustSource(null, Objects.requireNonNull(store, "trusted"));
	}

	/**
	 * Returns at least one certificate.
	 * @throws TlsSettingsException naming the file or store
	 */
	List<X509Certificate> read() throws TlsSettingsException {
		if (file != null) {
			return PemBlock.certificates(toString(), TlsFile.read(file));
		}
		List<X509Certificate> trusted = new ArrayList<>();
		try {
			for (String alias : Collections.list(store.aliases())) {
				if (store.isCertificateEntry(alias)) {
					trusted.add(TlsIdentity.x509(this + ", alias '" + LogText.printable(alias) + "'", store.getCertificate(alias)));
				}
			}
		} catch (KeyStoreException e) {
			throw new TlsSettingsException(this + ": " + e.getMessage(), e);
		}
		if (trusted.isEmpty()) {
			throw new TlsSettingsException(this + ": there is no trusted certificate in it", null);
		}
		return trusted;
	}

	@Override
	public String toString() {
		return file != null ? TlsFile.name(file) : "trusted key store of type " + store.getType();
	}
}
