package io.hawser.websocket.internal;

import io.hawser.websocket.Compression;
import io.hawser.websocket.HttpHeaders;
import io.hawser.websocket.WebSocketExtension;
import java.util.List;

/**
 * A session that the upstream's code has accepted, until the upstream's answer has come and the engine sends its 101. Knows
 * no threads; used once.
 */
final class Acceptance implements Opening {
	private static final int DELIVER_PARTS = 1;

	private final EngineRuntime engine;
	private final Endpoint endpoint;
	private final UpgradeSettings settings;
	private final UpgradedSession session;
	/** Lines of the upstream's answer for the 101. */
	private byte[] copiedHead;

	Acceptance(EngineRuntime engine, long id, RequestRecord request, Endpoint endpoint, UpgradeSettings settings) {
		this.engine = engine;
		this.endpoint = endpoint;
		this.settings = settings;
		this.session = new UpgradedSession(engine, id, request, endpoint, settings);
	}

	UpgradedSession session() {
		return session;
	}

	Endpoint endpoint() {
		return endpoint;
	}

	/** Returns what the callbacks are counted with. */
	Object placedWith() {
		return settings.placedWith() != null ? settings.placedWith() : endpoint.handler();
	}

	void answered(byte[] copiedHead) {
		this.copiedHead = copiedHead;
	}

	@Override
	public boolean run() {
		try {
			boolean parts = endpoint.handler().supportsPartialMessages();
			Compression compression = parts ? endpoint.compressionOfParts() : endpoint.compression();
			byte[] extension = DeflateAnswers.choose(
					session.getHandshakeHeaders().getOrEmpty(HttpHeaders.SEC_WEBSOCKET_EXTENSIONS), compression);
			List<WebSocketExtension> extensions = engine.deflateAnswers().parse(extension);
			OutboundLimits outbound = endpoint.outbound();
			int outcome = NativeEngine.accept(engine.id(), session.nativeId(),
					ResponseHead.withProtocol(copiedHead, settings.subProtocol()), engine.settings().inboundWindowBytes,
					session.getTextMessageSizeLimit(), session.getBinaryMessageSizeLimit(), parts ? DELIVER_PARTS : 0, extension,
					compression.getLevel(), compression.getThresholdBytes(), outbound.lowWaterBytes(),
					outbound.highWaterBytes(), outbound.overflowNumber());
			if (SendOutcome.isAccepted(outcome)) {
				session.accept(settings.subProtocol(), extensions, settings.principal());
				return true;
			}
			EngineLog.debug("the peer left during its opening handshake: " + session);
		} catch (Throwable failure) {
			StoredAnswer.INTERNAL_ERROR.send(engine.id(), session.nativeId());
			EngineLog.error(Trouble.HANDSHAKE_FAILED, failure);
		}
		return false;
	}
}
