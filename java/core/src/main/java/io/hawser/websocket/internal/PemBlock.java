package io.hawser.websocket.internal;

import io.hawser.websocket.TlsSettingsException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One block of a PEM file (RFC 7468): what stands between its BEGIN and END lines. Text around blocks is skipped.
 *
 * @param label like {@code CERTIFICATE}; capitals, digits and spaces
 * @param text the lines between, joined by line feeds
 */
record PemBlock(String label, String text) {
	private static final String BEGIN = "-----BEGIN ";
	private static final String END = "-----END ";
	private static final String DASHES = "-----";
	private static final Pattern BEGIN_LINE = Pattern.compile(BEGIN + "([A-Z0-9 ]{1,40})" + DASHES);

	/**
	 * Returns the blocks of a file in their order.
	 * @param name names the file in messages
	 * @throws TlsSettingsException if a block has no end, or more than a label in its first line; has nothing of it
	 */
	static List<PemBlock> parse(String name, byte[] file) throws TlsSettingsException {
		List<PemBlock> blocks = new ArrayList<>();
		String label = null;
		StringBuilder text = new StringBuilder();
		for (String line : (Iterable<String>) new String(file, StandardCharsets.ISO_8859_1).lines().map(String::strip)::iterator) {
			if (label == null && line.startsWith(BEGIN)) {
				label = label(name, line);
				text.setLength(0);
			} else if (label != null && line.equals(END + label + DASHES)) {
				blocks.add(new PemBlock(label, text.toString()));
				label = null;
			} else if (label != null) {
				text.append(line).append('\n');
			}
		}
		if (label != null) {
			throw new TlsSettingsException(name + ": the block " + label + " has no END line; the file is not complete, or "
					+ "line breaks were lost", null);
		}
		return blocks;
	}

	/**
	 * Returns the certificates of a file in their order.
	 * @throws TlsSettingsException if there is none, or one cannot be read
	 */
	static List<X509Certificate> certificates(String name, byte[] file) throws TlsSettingsException {
		List<PemBlock> blocks = parse(name, file);
		if (blocks.isEmpty()) {
			throw new TlsSettingsException(name + ": is not PEM; convert it, or use ofKeyStore for a key store", null);
		}
		List<X509Certificate> certificates = new ArrayList<>();
		for (PemBlock block : blocks) {
			if (block.label().equals("CERTIFICATE")) {
				certificates.add(block.certificate(name, certificates.size() + 1));
			}
		}
		if (certificates.isEmpty()) {
			throw new TlsSettingsException(name + ": there is no certificate in it, only " + labels(blocks), null);
		}
		return certificates;
	}

	static String labels(List<PemBlock> blocks) {
		return LogText.printable(String.join(", ", blocks.stream().map(PemBlock::label).toList()));
	}

	/** Messages have labels in them, so nothing else may pass for one: a key in a single line begins like one, too. */
	private static String label(String name, String line) throws TlsSettingsException {
		Matcher matcher = BEGIN_LINE.matcher(line);
		if (!matcher.matches()) {
			throw new TlsSettingsException(name + ": a BEGIN line has more on it than its label; were line breaks lost, or "
					+ "written as \\n?", null);
		}
		return matcher.group(1);
	}

	/** Returns whether it is a key that needs a password (RFC 5958 section 3, or the older header of OpenSSL, RFC 1421). */
	boolean isEncrypted() {
		return label.equals("ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED");
	}

	/** Returns what the text stands for; empty if it is no base64. */
	byte[] der() {
		try {
			return Base64.getMimeDecoder().decode(text);
		} catch (IllegalArgumentException damaged) {
			return new byte[0];
		}
	}

	/** Not part of it: the text of a block may be a key. */
	@Override
	public String toString() {
		return "PemBlock[" + label + "]";
	}

	private X509Certificate certificate(String name, int number) throws TlsSettingsException {
		try {
			return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der()));
		} catch (CertificateException e) {
			throw new TlsSettingsException(name + ": certificate " + number + " in it is damaged: " + e.getMessage(), e);
		}
	}
}
