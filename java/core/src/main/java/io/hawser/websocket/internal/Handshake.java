package io.hawser.websocket.internal;

import io.hawser.websocket.Compression;
import io.hawser.websocket.HandshakeInterceptor;
import io.hawser.websocket.HttpHeaders;
import io.hawser.websocket.WebSocketExtension;
import io.hawser.websocket.WebSocketHandler;
import java.security.Principal;
import java.util.List;
import java.util.Map;

/**
 * One opening handshake, from a valid request on a known path to its answer: origin, interceptors, user, subprotocol.
 * Knows no threads; used once.
 */
final class Handshake implements Opening {
	private static final int DELIVER_PARTS = 1;

	private final EngineRuntime engine;
	private final NativeSession session;
	private final Endpoint endpoint;
	/** Interceptors that agreed, from the start of the list. */
	private int agreed;
	private boolean answered;
	/** The engine has taken our acceptance: from then on there is a session, whatever else fails. */
	private boolean accepted;

	Handshake(EngineRuntime engine, NativeSession session, Endpoint endpoint) {
		this.engine = engine;
		this.session = session;
		this.endpoint = endpoint;
	}

	@Override
	public boolean run() {
		try {
			HandshakeRequest request = new HandshakeRequest(session.request());
			if (!isOriginAllowed(request.getHeaders())) {
				refuse(HttpAnswer.text(403, "403 Forbidden: pages of this Origin may not open a session here"));
				return false;
			}
			decide(request, new HandshakeResponse());
		} catch (Throwable failure) {
			failed(failure);
		}
		return accepted;
	}

	private boolean isOriginAllowed(HttpHeaders headers) {
		List<String> origins = headers.getOrEmpty(HttpHeaders.ORIGIN);
		if (endpoint.origins().allows(origins, session.request().httpScheme(), headers.getFirst(HttpHeaders.HOST))) {
			return true;
		}
		EngineLog.warning("handshake refused with 403: Origin " + LogText.printable(String.join(", ", origins))
				+ " is not allowed for " + LogText.printable(session.request().target()) + " (" + endpoint.origins()
				+ "); setAllowedOrigins adds one", null);
		return false;
	}

	private void decide(HandshakeRequest request, HandshakeResponse response) {
		Throwable failure = null;
		try {
			if (intercept(request, response)) {
				accept(request, response);
			} else {
				refuse(response.refusal());
			}
		} catch (Throwable thrown) {
			failure = thrown;
			failed(thrown);
		}
		tellInterceptors(request, response, failure);
	}

	private boolean intercept(HandshakeRequest request, HandshakeResponse response) throws Exception {
		List<HandshakeInterceptor> interceptors = endpoint.interceptors();
		if (interceptors.isEmpty()) {
			return true;
		}
		Map<String, Object> attributes = session.getAttributes();
		for (HandshakeInterceptor interceptor : interceptors) {
			if (!interceptor.beforeHandshake(request, response, endpoint.handler(), attributes)) {
				return false;
			}
			agreed++;
		}
		return true;
	}

	private void accept(HandshakeRequest request, HandshakeResponse response) {
		WebSocketHandler handler = endpoint.handler();
		HttpHeaders headers = request.getHeaders();
		resolveUser(request);
		String protocol = SubProtocols.select(headers.getOrEmpty(HttpHeaders.SEC_WEBSOCKET_PROTOCOL), handler);
		byte[] head = ResponseHead.encodeAccepted(response.getHeaders(), protocol);
		boolean parts = handler.supportsPartialMessages();
		Compression compression = parts ? endpoint.compressionOfParts() : endpoint.compression();
		byte[] extension = DeflateAnswers.choose(headers.getOrEmpty(HttpHeaders.SEC_WEBSOCKET_EXTENSIONS), compression);
		List<WebSocketExtension> extensions = engine.deflateAnswers().parse(extension);
		OutboundLimits outbound = endpoint.outbound();
		int outcome = NativeEngine.accept(engine.id(), session.nativeId(), head, engine.settings().inboundWindowBytes,
				session.getTextMessageSizeLimit(), session.getBinaryMessageSizeLimit(), parts ? DELIVER_PARTS : 0, extension,
				compression.getLevel(), compression.getThresholdBytes(), outbound.lowWaterBytes(), outbound.highWaterBytes(),
				outbound.overflowNumber());
		answered = true;
		if (SendOutcome.isAccepted(outcome)) {
			accepted = true;
			session.accept(protocol, extensions, request.getPrincipal());
		} else {
			EngineLog.debug("the peer left during its opening handshake: " + session);
		}
	}

	/** Without a resolver, or where it knows nobody, the user is whom the client's certificate names. */
	private void resolveUser(HandshakeRequest request) {
		if (endpoint.userResolver() == null) {
			return;
		}
		Principal user = endpoint.userResolver().determineUser(request, endpoint.handler(), session.getAttributes());
		if (user != null) {
			request.principal(user);
		}
	}

	private void refuse(HttpAnswer answer) {
		answer.send(engine.id(), session.nativeId());
		answered = true;
	}

	/** The peer learns that something failed, never what: that is for the log alone. */
	private void failed(Throwable failure) {
		if (!answered) {
			answered = true;
			StoredAnswer.INTERNAL_ERROR.send(engine.id(), session.nativeId());
		}
		try {
			EngineLog.error("handshake failed for ", LogText.printable(session.request().target()), failure);
		} catch (Throwable noMemory) {
			EngineLog.error(Trouble.HANDSHAKE_FAILED, failure);
		}
	}

	private void tellInterceptors(HandshakeRequest request, HandshakeResponse response, Throwable failure) {
		Exception exception = failure == null || failure instanceof Exception ? (Exception) failure
				: new IllegalStateException("the handshake failed", failure);
		for (int i = agreed - 1; i >= 0; i--) {
			HandshakeInterceptor interceptor = endpoint.interceptors().get(i);
			try {
				interceptor.afterHandshake(request, response, endpoint.handler(), exception);
			} catch (Throwable thrown) {
				EngineLog.warning("afterHandshake of " + interceptor.getClass().getName() + " failed", thrown);
			}
		}
	}
}
