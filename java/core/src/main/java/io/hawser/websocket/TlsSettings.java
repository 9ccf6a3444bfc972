package io.hawser.websocket;

import io.hawser.websocket.internal.KeyStoreSource;
import io.hawser.websocket.internal.PemSource;
import io.hawser.websocket.internal.TlsSources;
import io.hawser.websocket.internal.TrustSource;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Objects;

/**
 * Where an engine finds the certificates it serves {@code wss} and {@code https} with (TLS 1.2 and 1.3), and which
 * certificates of clients it trusts. Immutable; nothing is read before {@link WebSocketEngineBuilder#start()}, and again at
 * each {@link WebSocketEngine#reloadTls()}, where a fault is a {@link TlsSettingsException}.
 *
 * <pre>{@code
 * builder.tls(TlsSettings.ofPem(Path.of("fullchain.pem"), Path.of("privkey.pem")))
 * builder.tls(TlsSettings.ofKeyStore(Path.of("server.p12"), password)
 *         .withClientCertificates(ClientCertificates.REQUIRED, Path.of("our-ca.pem")))
 * }</pre>
 *
 * <p><b>Several certificates:</b> a client that names a host (SNI) gets the first certificate with that name among its
 * alternative names, {@code *.example.org} standing for one label; all others get the first certificate.
 * <p><b>Versions and cipher suites</b> are fixed: TLS 1.2 and 1.3 with the defaults of rustls, which are authenticated
 * encryption (AES-GCM, ChaCha20-Poly1305) with forward secrecy (ECDHE) and nothing else.
 * <p><b>Keys</b> are RSA, ECDSA (P-256, P-384) or Ed25519. <b>Passwords</b> are copied, so the caller may clear its array,
 * and are kept as long as these settings, because a reload needs them.
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public final class TlsSettings {
	private final TlsSources sources;

	private TlsSettings(TlsSources sources) {
		this.sources = sources;
	}

	/**
	 * Use a certificate from PEM files, as ACME clients and openssl write them.
	 *
	 * @param chain the server's certificate and, behind it, those that lead to its authority
	 * @param key the private key, not encrypted: PKCS#8, PKCS#1 or SEC1, in PEM or DER; may be the same file
	 * @return the settings
	 * @since 0.1
	 */
	public static TlsSettings ofPem(Path chain, Path key) {
		return new TlsSettings(TlsSources.of(new PemSource(chain, key)));
	}

	/**
	 * Use private keys of a key store file.
	 *
	 * @param file a key store of type PKCS12 or JKS
	 * @param password the password of the store and of its keys
	 * @param aliases those to use, the first for clients that name no known host; none for all, in alphabetical order
	 * @return the settings
	 * @since 0.1
	 */
	public static TlsSettings ofKeyStore(Path file, char[] password, String... aliases) {
		return new TlsSettings(TlsSources.of(KeyStoreSource.of(file, password, aliases)));
	}

	/**
	 * Use private keys of a key store.
	 *
	 * @param keyStore a loaded store of any type whose keys can be read; not copied
	 * @param keyPassword the password of its keys
	 * @param aliases those to use, the first for clients that name no known host; none for all, in alphabetical order
	 * @return the settings
	 * @since 0.1
	 */
	public static TlsSettings ofKeyStore(KeyStore keyStore, char[] keyPassword, String... aliases) {
		return new TlsSettings(TlsSources.of(KeyStoreSource.of(keyStore, keyPassword, aliases)));
	}

	/**
	 * Add a certificate for other host names; see {@link #ofPem}.
	 *
	 * @param chain the certificate and those behind it
	 * @param key its private key
	 * @return new settings with both
	 * @since 0.1
	 */
	public TlsSettings andPem(Path chain, Path key) {
		return new TlsSettings(sources.and(new PemSource(chain, key)));
	}

	/**
	 * Add the certificates of a key store for other host names; see {@link #ofKeyStore(Path, char[], String...)}.
	 *
	 * @param file a key store of type PKCS12 or JKS
	 * @param password the password of the store and of its keys
	 * @param aliases those to use; none for all
	 * @return new settings with both
	 * @since 0.1
	 */
	public TlsSettings andKeyStore(Path file, char[] password, String... aliases) {
		return new TlsSettings(sources.and(KeyStoreSource.of(file, password, aliases)));
	}

	/**
	 * Add the certificates of a key store for other host names; see {@link #ofKeyStore(KeyStore, char[], String...)}.
	 *
	 * @param keyStore a loaded store; not copied
	 * @param keyPassword the password of its keys
	 * @param aliases those to use; none for all
	 * @return new settings with both
	 * @since 0.1
	 */
	public TlsSettings andKeyStore(KeyStore keyStore, char[] keyPassword, String... aliases) {
		return new TlsSettings(sources.and(KeyStoreSource.of(keyStore, keyPassword, aliases)));
	}

	/**
	 * Ask clients for a certificate. Its subject, a {@link javax.security.auth.x500.X500Principal}, is the session's
	 * principal, unless the handler's {@link UserResolver} names another; interceptors and resolvers see all of it
	 * ({@link ServerHttpRequest#getClientCertificate()}). By default clients are not asked.
	 *
	 * @param mode whether a client must have one
	 * @param trusted a PEM file of the authorities whose certificates are taken; read again at each reload
	 * @return new settings
	 * @since 0.1
	 */
	public TlsSettings withClientCertificates(ClientCertificates mode, Path trusted) {
		return new TlsSettings(sources.withClients(mode, TrustSource.of(trusted)));
	}

	/**
	 * Ask clients for a certificate; see {@link #withClientCertificates(ClientCertificates, Path)}.
	 *
	 * @param mode whether a client must have one
	 * @param trusted a loaded store whose certificate entries are the authorities; not copied
	 * @return new settings
	 * @since 0.1
	 */
	public TlsSettings withClientCertificates(ClientCertificates mode, KeyStore trusted) {
		return new TlsSettings(sources.withClients(mode, TrustSource.of(trusted)));
	}

	static TlsSources sources(TlsSettings settings) {
		return Objects.requireNonNull(settings, "tls").sources;
	}

	/**
	 * Return a short form for logs.
	 * @return the files, without anything of keys and passwords
	 */
	@Override
	public String toString() {
		return "TlsSettings[" + sources + "]";
	}
}
