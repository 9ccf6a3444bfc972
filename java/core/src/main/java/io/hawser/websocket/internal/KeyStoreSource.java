package io.hawser.websocket.internal;

import io.hawser.websocket.TlsSettingsException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The private keys of a key store with their chains, all or those of some aliases: of one in memory, or of a file that is
 * loaded at each reading.
 */
public final class KeyStoreSource implements IdentitySource {
	/** {@code null} where the store is in memory. */
	private final Path file;
	private final KeyStore loaded;
	private final char[] password;
	/** In the order in which they are wanted; empty for all. */
	private final List<String> aliases;

	private KeyStoreSource(Path file, KeyStore loaded, char[] password, String... aliases) {
		this.file = file;
		this.loaded = loaded;
		this.password = password;
		Objects.requireNonNull(aliases, "aliases");
		for (int i = 0; i < aliases.length; i++) {
			Objects.requireNonNull(aliases[i], "aliases[" + i + "]");
		}
		this.aliases = List.of(aliases);
	}

	public static KeyStoreSource of(Path file, char[] password, String... aliases) {
		return new KeyStoreSource(Objects.requireNonNull(file, "file"), null,
				Objects.requireNonNull(password, "password").clone(), aliases);
	}

	public static KeyStoreSource of(KeyStore keyStore, char[] keyPassword, String... aliases) {
		return new KeyStoreSource(null, Objects.requireNonNull(keyStore, "keyStore"),
				Objects.requireNonNull(keyPassword, "keyPassword").clone(), aliases);
	}

	@Override
	public List<TlsIdentity> read() throws TlsSettingsException {
		KeyStore store = file == null ? loaded : KeyStoreFile.load(file, password);
		List<TlsIdentity> identities = new ArrayList<>();
		try {
			for (String alias : chosen(store)) {
				identities.add(identity(store, alias));
			}
		} catch (KeyStoreException e) {
			throw new TlsSettingsException(this + ": " + e.getMessage(), e);
		}
		return identities;
	}

	@Override
	public String toString() {
		return file == null ? "key store of type " + loaded.getType() : TlsFile.name(file);
	}

	/** Returns the aliases to read, at least one, all of which have a key and a chain. */
	private List<String> chosen(KeyStore store) throws KeyStoreException, TlsSettingsException {
		List<String> usable = new ArrayList<>();
		for (String alias : Collections.list(store.aliases())) {
			if (isUsable(store, alias)) {
				usable.add(alias);
			}
		}
		Collections.sort(usable);
		if (usable.isEmpty()) {
			throw new TlsSettingsException(this + ": there is no private key with a certificate in it", null);
		}
		for (String alias : aliases) {
			// The store decides whether case counts.
			if (!isUsable(store, alias)) {
				String reason = store.containsAlias(alias) ? ": there is no private key with a certificate under alias '"
						: ": there is no such alias '";
				throw new TlsSettingsException(this + reason + LogText.printable(alias) + "'; there are "
						+ LogText.printable(String.join(", ", usable)), null);
			}
		}
		return aliases.isEmpty() ? usable : aliases;
	}

	private static boolean isUsable(KeyStore store, String alias) throws KeyStoreException {
		return store.isKeyEntry(alias) && store.getCertificateChain(alias) != null;
	}

	private TlsIdentity identity(KeyStore store, String alias) throws TlsSettingsException {
		String name = this + ", alias '" + LogText.printable(alias) + "'";
		Key key;
		Certificate[] chain;
		try {
			key = store.getKey(alias, password);
			chain = store.getCertificateChain(alias);
		} catch (UnrecoverableKeyException e) {
			throw new TlsSettingsException(name + ": wrong password for this key; where keys have another password than their "
					+ "store, load it yourself and use ofKeyStore(KeyStore, char[])", e);
		} catch (GeneralSecurityException e) {
			throw new TlsSettingsException(name + ": the key cannot be read: " + e.getMessage(), e);
		}
		if (!(key instanceof PrivateKey) || key.getEncoded() == null) {
			throw new TlsSettingsException(name + ": the key cannot be read out of its store; keys in hardware cannot be used",
					null);
		}
		List<X509Certificate> certificates = new ArrayList<>();
		for (Certificate certificate : chain) {
			certificates.add(TlsIdentity.x509(name, certificate));
		}
		// A copy: other providers may return what they go on using.
		byte[] encoded = key.getEncoded().clone();
		if (key instanceof ECPrivateKey ecKey && chain[0].getPublicKey() instanceof ECPublicKey publicKey) {
			encoded = EcKey.complete(name, ecKey, publicKey);
		}
		return new TlsIdentity(name, certificates, encoded);
	}
}
