package io.hawser.websocket.internal;

import io.hawser.websocket.TlsSettingsException;
import java.io.IOException;
import java.util.Arrays;

/**
 * The certificates of one running engine: where they came from, and how others take their place. Reads no files itself.
 *
 * <p><b>Threads:</b> any; one reload at a time.
 */
public final class EngineTls {
	/** Stands for an engine without TLS. */
	static final byte[] NONE = {};

	private final long engine;
	private TlsSources sources;

	private EngineTls(long engine, TlsSources sources) {
		this.engine = engine;
		this.sources = sources;
	}

	/** Returns the TLS of an engine, or {@code null} if it was started without. */
	public static EngineTls of(EngineRuntime engine) {
		TlsSources sources = engine.settings().tls;
		return sources == null ? null : new EngineTls(engine.id(), sources);
	}

	/**
	 * Starts a native engine with TLS and returns its id.
	 * @throws TlsSettingsException naming the file or alias that cannot be used
	 * @throws IOException if the address cannot be bound
	 */
	static long start(byte[] config, TlsSources sources) throws IOException {
		byte[] record = sources.read();
		try {
			return NativeEngine.start(config, record);
		} catch (IllegalArgumentException unusable) {
			throw new TlsSettingsException(unusable.getMessage(), unusable);
		} finally {
			Arrays.fill(record, (byte) 0);
		}
	}

	/**
	 * Reads the same sources again.
	 * @throws TlsSettingsException naming the file or alias that cannot be used; the old certificates stay
	 * @throws IllegalStateException if the engine has ended
	 */
	public synchronized void reload() throws TlsSettingsException {
		reload(sources);
	}

	/** Does the same with other sources, which are kept for the next time if they can be used. */
	public synchronized void reload(TlsSources other) throws TlsSettingsException {
		byte[] record = other.read();
		try {
			NativeEngine.reloadTls(engine, record);
		} catch (IllegalArgumentException unusable) {
			throw new TlsSettingsException(unusable.getMessage(), unusable);
		} finally {
			Arrays.fill(record, (byte) 0);
		}
		sources = other;
	}
}
