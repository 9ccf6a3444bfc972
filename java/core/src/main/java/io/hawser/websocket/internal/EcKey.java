package io.hawser.websocket.internal;

import io.hawser.websocket.TlsSettingsException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/**
 * Writes an elliptic curve key as PKCS#8 with its public half inside (RFC 5958, RFC 5915 section 3), which the native side
 * asks for and the JDK and others leave out.
 */
final class EcKey {
	private static final int INTEGER = 0x02;
	private static final int OCTET_STRING = 0x04;
	private static final int SEQUENCE = 0x30;
	private static final int PUBLIC_KEY = 0xA1;
	private static final byte[] PKCS8_VERSION = {0};
	private static final byte[] EC_VERSION = {1};

	private EcKey() {
	}

	/** Returns the key in a PKCS#8 encoding, or {@code null} if there is none for elliptic curves in it. */
	static ECPrivateKey parse(byte[] pkcs8) {
		try {
			return (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
		} catch (GeneralSecurityException otherKey) {
			return null;
		}
	}

	/**
	 * Returns the key together with the public half that is in its certificate.
	 * @param name names the key in messages
	 * @throws TlsSettingsException if they do not belong together
	 */
	static byte[] complete(String name, ECPrivateKey key, ECPublicKey publicKey) throws TlsSettingsException {
		if (!belong(key, publicKey)) {
			throw new TlsSettingsException(name + ": the private key does not belong to the certificate; give the key that the "
					+ "certificate was issued for", null);
		}
		return encode(key, publicKey);
	}

	/** Returns whether what one key signs the other confirms. */
	private static boolean belong(ECPrivateKey key, ECPublicKey publicKey) {
		try {
			Signature signature = Signature.getInstance("SHA256withECDSA");
			signature.initSign(key);
			byte[] signed = signature.sign();
			signature.initVerify(publicKey);
			return signature.verify(signed);
		} catch (GeneralSecurityException otherCurve) {
			return false;
		}
	}

	private static byte[] encode(ECPrivateKey key, ECPublicKey publicKey) {
		byte[] subjectPublicKey = publicKey.getEncoded();
		int algorithmAt = contentAt(subjectPublicKey, 0);
		int pointAt = contentAt(subjectPublicKey, algorithmAt) + subjectPublicKey[algorithmAt + 1];
		byte[] algorithm = Arrays.copyOfRange(subjectPublicKey, algorithmAt, pointAt);
		byte[] point = Arrays.copyOfRange(subjectPublicKey, pointAt, subjectPublicKey.length);
		int size = (key.getParams().getOrder().bitLength() + 7) / 8;
		byte[] ecKey = der(SEQUENCE, der(INTEGER, EC_VERSION), der(OCTET_STRING, fixed(key.getS(), size)),
				der(PUBLIC_KEY, point));
		return der(SEQUENCE, der(INTEGER, PKCS8_VERSION), algorithm, der(OCTET_STRING, ecKey));
	}

	private static int contentAt(byte[] der, int at) {
		int length = Byte.toUnsignedInt(der[at + 1]);
		return at + 2 + (length < 0x80 ? 0 : length & 0x7F);
	}

	private static byte[] fixed(BigInteger number, int size) {
		byte[] bytes = number.toByteArray();
		byte[] fixed = new byte[size];
		int length = Math.min(bytes.length, size);
		System.arraycopy(bytes, bytes.length - length, fixed, size - length, length);
		return fixed;
	}

	private static byte[] der(int tag, byte[]... contents) {
		ByteArrayOutputStream content = new ByteArrayOutputStream();
		for (byte[] each : contents) {
			content.writeBytes(each);
		}
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.write(tag);
		if (content.size() >= 0x100) {
			out.write(0x82);
			out.write(content.size() >> 8);
		} else if (content.size() >= 0x80) {
			out.write(0x81);
		}
		out.write(content.size());
		out.writeBytes(content.toByteArray());
		return out.toByteArray();
	}
}
