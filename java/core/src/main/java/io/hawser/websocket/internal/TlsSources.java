package io.hawser.websocket.internal;

import io.hawser.websocket.ClientCertificates;
import io.hawser.websocket.TlsSettingsException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * All that an engine's TLS is made of, and how it is written for the native side. Immutable; reads nothing until asked.
 *
 * <pre>
 *  u8 client certificates: 0 none, 1 optional, 2 required
 *  u16 n, n identities: { str name, u16 n { str host name }, u16 n { blob certificate }, blob key }
 *  u16 n { blob trusted certificate }
 *  str = u16 length, UTF-8    blob = u32 length, bytes
 * </pre>
 * Numbers are big endian, certificates DER. The first identity is shown to clients that name no known host.
 */
public final class TlsSources {
	private static final int MAX_U16 = 0xFFFF;

	/** Leaves no keys behind. */
	private static final class RecordBytes extends ByteArrayOutputStream {
		/** Rarely has to grow, which would leave a copy. */
		RecordBytes() {
			super(1 << 16);
		}

		@Override
		public void close() {
			Arrays.fill(buf, (byte) 0);
		}
	}

	private final List<IdentitySource> identities;
	/** {@code null} if clients are not asked. */
	private final ClientCertificates clients;
	private final TrustSource trust;

	private TlsSources(List<IdentitySource> identities, ClientCertificates clients, TrustSource trust) {
		this.identities = identities;
		this.clients = clients;
		this.trust = trust;
	}

	public static TlsSources of(IdentitySource source) {
		return new TlsSources(List.of(source), null, null);
	}

	public TlsSources and(IdentitySource source) {
		List<IdentitySource> all = new ArrayList<>(identities);
		all.add(source);
		return new TlsSources(List.copyOf(all), clients, trust);
	}

	public TlsSources withClients(ClientCertificates mode, TrustSource trusted) {
		return new TlsSources(identities, Objects.requireNonNull(mode, "mode"), trusted);
	}

	/**
	 * Reads everything and returns the record, which the caller clears after use: there are keys in it.
	 * @throws TlsSettingsException naming the file or alias that cannot be used
	 */
	byte[] read() throws TlsSettingsException {
		List<TlsIdentity> read = new ArrayList<>();
		for (IdentitySource source : identities) {
			read.addAll(source.read());
		}
		List<X509Certificate> trusted = trust == null ? List.of() : trust.read();
		try (RecordBytes bytes = new RecordBytes()) {
			write(new DataOutputStream(bytes), read, trusted);
			return bytes.toByteArray();
		} catch (TlsSettingsException e) {
			throw e;
		} catch (IOException impossible) {
			throw new UncheckedIOException(impossible);
		} finally {
			read.forEach(TlsIdentity::clearKey);
		}
	}

	@Override
	public String toString() {
		String clientText = clients == null ? "" : ", client certificates " + clients + " by " + trust;
		return String.join(", ", identities.stream().map(Object::toString).toList()) + clientText;
	}

	private void write(DataOutputStream out, List<TlsIdentity> read, List<X509Certificate> trusted) throws IOException {
		out.writeByte(clients == null ? 0 : clients == ClientCertificates.OPTIONAL ? 1 : 2);
		count(out, read.size());
		for (TlsIdentity identity : read) {
			string(out, identity.name);
			count(out, identity.dnsNames.size());
			for (String dnsName : identity.dnsNames) {
				string(out, dnsName);
			}
			certificates(out, identity.chain);
			blob(out, identity.key);
		}
		certificates(out, trusted);
	}

	private static void certificates(DataOutputStream out, List<X509Certificate> certificates) throws IOException {
		count(out, certificates.size());
		for (X509Certificate certificate : certificates) {
			try {
				blob(out, certificate.getEncoded());
			} catch (CertificateEncodingException e) {
				throw new TlsSettingsException("a certificate cannot be encoded: " + e.getMessage(), e);
			}
		}
	}

	private static void string(DataOutputStream out, String text) throws IOException {
		byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
		count(out, utf8.length);
		out.write(utf8);
	}

	private static void blob(DataOutputStream out, byte[] bytes) throws IOException {
		out.writeInt(bytes.length);
		out.write(bytes);
	}

	private static void count(DataOutputStream out, int count) throws IOException {
		if (count > MAX_U16) {
			throw new TlsSettingsException("more than " + MAX_U16 + " certificates, names or bytes of a name; use fewer", null);
		}
		out.writeShort(count);
	}
}
