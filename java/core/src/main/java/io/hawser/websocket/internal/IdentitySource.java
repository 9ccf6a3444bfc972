package io.hawser.websocket.internal;

import io.hawser.websocket.TlsSettingsException;
import java.util.List;

/** Where certificates with their keys come from; read anew at each start and reload. */
public sealed interface IdentitySource permits KeyStoreSource, PemSource {
	/**
	 * Returns at least one identity.
	 * @throws TlsSettingsException naming the file or alias
	 */
	List<TlsIdentity> read() throws TlsSettingsException;
}
