package io.hawser.websocket;

import java.io.IOException;

/**
 * Certificates or keys cannot be used. The message names the file, or the alias in a key store, and says what is wrong
 * with it and what to do; it never has anything of a key or a password in it.
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public class TlsSettingsException extends IOException {
	private static final long serialVersionUID = 1L;

	/**
	 * Create the exception; the engine does.
	 *
	 * @param message names the file or alias, the reason and the cure
	 * @param cause what was thrown, or {@code null}
	 * @since 0.1
	 */
	public TlsSettingsException(String message, Throwable cause) {
		super(message, cause);
	}
}
