package io.hawser.websocket.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Starts an engine from its settings, or leaves nothing behind. Knows nothing of its life after that. */
public final class EngineStart {
	private EngineStart() {
	}

	/**
	 * Starts an engine. If that fails, everything is released again.
	 * @throws IOException if a certificate or key cannot be used, or the address not be bound
	 */
	public static EngineRuntime start(EngineSettings settings, PathTable<Endpoint> endpoints) throws IOException {
		NativeLibrary.ensureAvailable();
		byte[] config = settings.toNativeConfig(endpoints.paths());
		long id = settings.tls == null ? NativeEngine.start(config, EngineTls.NONE) : EngineTls.start(config, settings.tls);
		List<Loop> loops = new ArrayList<>();
		EngineRuntime engine = null;
		try {
			engine = new EngineRuntime(settings, id);
			RequestRouter requests = new RequestRouter(engine, endpoints);
			for (int index = 0; index < settings.loops; index++) {
				loops.add(new Loop(engine, index, requests));
			}
		} catch (Throwable failure) {
			abandon(id, settings.loops);
			throw failure;
		}
		engine.startThreads(loops);
		return engine;
	}

	/** Ends a native engine that no carrier has driven yet. */
	private static void abandon(long id, int loops) {
		NativeEngine.stop(id, 0);
		for (int loop = 0; loop < loops; loop++) {
			while (NativeEngine.turn(id, loop, 0) >= 0) {
				// Nobody is told of what came in between.
			}
		}
		NativeEngine.release(id);
	}
}
