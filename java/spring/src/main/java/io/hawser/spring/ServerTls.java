package io.hawser.spring;

import io.hawser.websocket.ClientCertificates;
import io.hawser.websocket.TlsSettings;
import io.hawser.websocket.TlsSettingsException;
import io.hawser.websocket.WebSocketEngine;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerSslBundle;
import org.springframework.util.StringUtils;

/** The server's {@code server.ssl.*} and bundles as the engine's certificates. Knows no server. */
final class ServerTls {
	private static final Log logger = LogFactory.getLog(ServerTls.class);

	private final Ssl ssl;
	private final SslBundles bundles;

	ServerTls(Ssl ssl, SslBundles bundles) {
		this.ssl = ssl;
		this.bundles = bundles;
	}

	/** Returns the settings with the certificates as they are now. */
	TlsSettings settings() {
		SslBundle bundle = WebServerSslBundle.get(ssl, bundles);
		TlsSettings settings = TlsSettings.ofKeyStore(keyStore(bundle), keyPassword(bundle), aliases(bundle));
		for (String name : namedBundles()) {
			SslBundle named = bundles.getBundle(name);
			settings = settings.andKeyStore(keyStore(named), keyPassword(named), aliases(named));
		}
		return withClients(settings, bundle);
	}

	/** Lets the engine take over certificates that are renewed ({@code reload-on-update}). */
	void reloadOnUpdate(WebSocketEngine engine) {
		List<String> names = new ArrayList<>(namedBundles());
		if (StringUtils.hasText(ssl.getBundle())) {
			names.add(ssl.getBundle());
		}
		for (String name : names) {
			bundles.addBundleUpdateHandler(name, (updated) -> reload(engine));
		}
	}

	private void reload(WebSocketEngine engine) {
		try {
			engine.reloadTls(settings());
		} catch (TlsSettingsException | RuntimeException e) {
			logger.warn("Renewed certificates cannot be used; the former ones stay: " + e.getMessage(), e);
		}
	}

	private List<String> namedBundles() {
		return ssl.getServerNameBundles().stream().map(Ssl.ServerNameSslBundle::bundle).toList();
	}

	private TlsSettings withClients(TlsSettings settings, SslBundle bundle) {
		KeyStore trusted = bundle.getStores().getTrustStore();
		if (ssl.getClientAuth() == null || ssl.getClientAuth() == Ssl.ClientAuth.NONE || trusted == null) {
			return settings;
		}
		return settings.withClientCertificates(ssl.getClientAuth() == Ssl.ClientAuth.NEED ? ClientCertificates.REQUIRED
				: ClientCertificates.OPTIONAL, trusted);
	}

	private static KeyStore keyStore(SslBundle bundle) {
		KeyStore store = bundle.getStores().getKeyStore();
		if (store == null) {
			throw new IllegalStateException("server.ssl.* names no certificate: a key store, or certificate and key, is needed");
		}
		return store;
	}

	private static char[] keyPassword(SslBundle bundle) {
		String password = bundle.getKey().getPassword();
		if (password == null) {
			password = bundle.getStores().getKeyStorePassword();
		}
		return password == null ? new char[0] : password.toCharArray();
	}

	private static String[] aliases(SslBundle bundle) {
		String alias = bundle.getKey().getAlias();
		return StringUtils.hasText(alias) ? new String[] {alias} : new String[0];
	}
}
