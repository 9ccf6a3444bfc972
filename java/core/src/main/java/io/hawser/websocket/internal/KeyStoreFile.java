package io.hawser.websocket.internal;

import io.hawser.websocket.TlsSettingsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;

/** Loads a key store file, whose type it finds out from its first bytes. Knows no entries. */
final class KeyStoreFile {
	private static final int JKS_MAGIC = 0xFEEDFEED;
	private static final byte DER = 0x30;

	private KeyStoreFile() {
	}

	/**
	 * Loads a store of type PKCS12 or JKS.
	 * @throws TlsSettingsException if it is neither, or damaged, or the password is wrong
	 */
	static KeyStore load(Path file, char[] password) throws TlsSettingsException {
		byte[] bytes = TlsFile.read(file);
		String name = TlsFile.name(file);
		try {
			KeyStore store = KeyStore.getInstance(type(name, bytes));
			store.load(new ByteArrayInputStream(bytes), password);
			return store;
		} catch (GeneralSecurityException e) {
			throw damaged(name, e);
		} catch (TlsSettingsException e) {
			throw e;
		} catch (IOException e) {
			if (e.getCause() instanceof UnrecoverableKeyException) {
				throw new TlsSettingsException(name + ": wrong password", e);
			}
			throw damaged(name, e);
		}
	}

	private static String type(String name, byte[] bytes) throws TlsSettingsException {
		if (bytes.length >= Integer.BYTES && ByteBuffer.wrap(bytes).getInt() == JKS_MAGIC) {
			return "JKS";
		}
		if (bytes.length > 0 && bytes[0] == DER) {
			return "PKCS12";
		}
		throw new TlsSettingsException(name + ": is neither a PKCS12 nor a JKS key store; use ofPem for PEM files", null);
	}

	private static TlsSettingsException damaged(String name, Exception cause) {
		return new TlsSettingsException(name + ": is no key store of type PKCS12 or JKS, or damaged: " + cause.getMessage(), cause);
	}
}
