package io.hawser.websocket.internal;

import io.hawser.websocket.Compression;
import io.hawser.websocket.WebSocketExtension;
import io.hawser.websocket.WebSocketHandler;
import io.hawser.websocket.WebSocketSession;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the upstream of an engine asks of it and has accepted. Knows no callbacks.
 *
 * <p><b>Threads:</b> any. The native side takes a connection off its list before it tells the driving carrier how the
 * upstream has answered, and an acceptance is put here before that list is looked at: so one of the two sees the other, and
 * no acceptance stays.
 */
public final class Upgrades {
	private final EngineRuntime engine;
	private final ClassLoader classLoader;
	/** Accepted and not answered, by the connection's id; each leaves with the event that tells of its handshake's end. */
	private final Map<Long, Acceptance> pending = new ConcurrentHashMap<>();

	Upgrades(EngineRuntime engine) {
		this.engine = engine;
		this.classLoader = engine.settings().pump().contextClassLoader();
	}

	/** Returns whether the engine has an upstream. */
	public boolean areAsked() {
		return engine.settings().upstream != null;
	}

	/** Returns the handshake that a header names, if its connection is in it now. */
	public Optional<AskedUpgrade> find(String header) {
		byte[] found = NativeEngine.findUpgrade(engine.id(), header.getBytes(StandardCharsets.ISO_8859_1));
		if (found.length == 0) {
			return Optional.empty();
		}
		byte[] record = Arrays.copyOfRange(found, Long.BYTES, found.length);
		return Optional.of(new AskedUpgrade(this, ByteBuffer.wrap(found).getLong(), new RequestRecord(record)));
	}

	/** Returns who has the spliced connection that comes to the upstream from this port. */
	public Optional<RequestRecord> findClient(int sourcePort) {
		byte[] found = NativeEngine.findClient(engine.id(), sourcePort);
		return found.length == 0 ? Optional.empty() : Optional.of(new RequestRecord(found));
	}

	Optional<WebSocketExtension> negotiatedCompression(List<String> offers) {
		byte[] answer = DeflateAnswers.choose(offers, engine.settings().compression());
		return engine.deflateAnswers().parse(answer).stream().findFirst();
	}

	WebSocketSession accept(long id, RequestRecord request, WebSocketHandler handler, UpgradeSettings settings) {
		Acceptance acceptance = new Acceptance(engine, id, request, endpoint(handler, settings), settings);
		if (pending.putIfAbsent(id, acceptance) != null) {
			throw new IllegalStateException("this opening handshake was accepted before; accept it once");
		}
		if (NativeEngine.isAsked(engine.id(), id) == 0 && pending.remove(id, acceptance)) {
			throw new IllegalStateException("this opening handshake has ended: the upstream has answered it, or the client has gone");
		}
		return acceptance.session();
	}

	private Endpoint endpoint(WebSocketHandler handler, UpgradeSettings settings) {
		EngineSettings common = engine.settings();
		Integer text = settings.maxTextMessageBytes();
		Integer binary = settings.maxBinaryMessageBytes();
		// Origin, interceptors and user are the upstream's business, and decided.
		return new Endpoint(handler, classLoader, common.mode(), OriginPolicy.sameOrigin(), List.of(), null,
				text != null ? text : common.maxTextMessageBytes(), binary != null ? binary : common.maxBinaryMessageBytes(),
				settings.compression() ? common.compression() : Compression.OFF, Compression.OFF, common.outbound().limits());
	}

	/** Takes out what was accepted for a connection; {@code null} if nothing was. */
	Acceptance take(long id) {
		return pending.remove(id);
	}

	/** Drops what was accepted for a connection, if something was. */
	void forget(long id) {
		pending.remove(id);
	}

	/** Returns how many wait for their upstream's answer. */
	int waiting() {
		return pending.size();
	}
}
