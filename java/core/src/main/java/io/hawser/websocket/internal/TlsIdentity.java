package io.hawser.websocket.internal;

import io.hawser.websocket.TlsSettingsException;
import java.security.cert.Certificate;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * One certificate that the engine can show, with its chain and its key. Not a record: its text must not lead to the key.
 * Whether key and certificate belong together is the native side's to say.
 */
public final class TlsIdentity {
	/** Number of the host names among the kinds of alternative names (RFC 5280 section 4.2.1.6). */
	private static final Integer DNS_NAME = 2;

	/** Names the file or alias in messages. */
	final String name;
	/** The server's own certificate comes first. */
	final List<X509Certificate> chain;
	/** PEM text or DER; a copy of its own. */
	final byte[] key;
	/** In lower case. */
	final List<String> dnsNames;

	/**
	 * @throws TlsSettingsException if the first certificate is not valid now, or its names cannot be read
	 */
	TlsIdentity(String name, List<X509Certificate> chain, byte[] key) throws TlsSettingsException {
		this.name = name;
		this.chain = chain;
		this.key = key;
		// Only the first: chains with an expired cross-certificate at their end are common, and work.
		requireValidNow(name, chain.get(0));
		this.dnsNames = dnsNames(name, chain.get(0));
	}

	/**
	 * Returns a certificate of a key store as what TLS can use; a store may hold others, such as OpenPGP's.
	 * @throws TlsSettingsException if it is no X.509
	 */
	static X509Certificate x509(String name, Certificate certificate) throws TlsSettingsException {
		if (certificate instanceof X509Certificate x509) {
			return x509;
		}
		throw new TlsSettingsException(name + ": there is a certificate of type " + LogText.printable(certificate.getType())
				+ "; TLS needs X.509", null);
	}

	/** Leaves zeros in place of the key. */
	void clearKey() {
		Arrays.fill(key, (byte) 0);
	}

	@Override
	public String toString() {
		return name;
	}

	private static void requireValidNow(String name, X509Certificate certificate) throws TlsSettingsException {
		String subject = "the certificate of " + LogText.printable(certificate.getSubjectX500Principal().getName());
		try {
			certificate.checkValidity();
		} catch (CertificateExpiredException e) {
			throw new TlsSettingsException(name + ": " + subject + " expired at " + certificate.getNotAfter().toInstant()
					+ "; renew it", e);
		} catch (CertificateNotYetValidException e) {
			throw new TlsSettingsException(name + ": " + subject + " is not valid before "
					+ certificate.getNotBefore().toInstant() + "; wait, or look at this machine's clock", e);
		}
	}

	private static List<String> dnsNames(String name, X509Certificate certificate) throws TlsSettingsException {
		List<String> names = new ArrayList<>();
		try {
			Collection<List<?>> all = certificate.getSubjectAlternativeNames();
			for (List<?> each : all == null ? List.<List<?>>of() : all) {
				if (DNS_NAME.equals(each.get(0))) {
					names.add(((String) each.get(1)).toLowerCase(Locale.ROOT));
				}
			}
		} catch (CertificateParsingException e) {
			throw new TlsSettingsException(name + ": the names in the certificate cannot be read: " + e.getMessage(), e);
		}
		return List.copyOf(names);
	}
}
