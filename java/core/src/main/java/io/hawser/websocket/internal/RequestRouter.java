package io.hawser.websocket.internal;

import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.HttpHeaders;

/**
 * Decides by the path what becomes of a request: a session's handshake, the HTTP handler's task, or an answer at once.
 * Runs no foreign code itself.
 */
final class RequestRouter {
	private final EngineRuntime engine;
	private final PathTable<Endpoint> endpoints;
	private final HandlerPlacements placements;

	RequestRouter(EngineRuntime engine, PathTable<Endpoint> endpoints) {
		this.engine = engine;
		this.endpoints = endpoints;
		this.placements = new HandlerPlacements(engine);
	}

	/** Routes a request of the connection {@code id}; it is answered exactly once, here or later. */
	void route(SessionTable sessions, int slot, long id, RequestRecord request, boolean upgrade,
			Tenure tenure) {
		Endpoint endpoint = endpoints.find(request.target());
		if (upgrade) {
			if (endpoint != null) {
				NativeSession session = new NativeSession(engine, id, request, endpoint);
				HandlerPlacement place = placements.of(endpoint.handler(), endpoint.mode());
				open(sessions, slot, session, endpoint, new Handshake(engine, session, endpoint), place, tenure);
			} else {
				notFound(request).send(engine.id(), id);
			}
		} else if (engine.settings().httpHandler != null) {
			http(new HttpDispatch(engine, id, request), tenure);
		} else {
			(endpoint != null ? upgradeRequired(request) : notFound(request)).send(engine.id(), id);
		}
	}

	/** Opens the session that the upstream has accepted for the connection {@code id}. */
	void accepted(SessionTable sessions, int slot, long id, byte[] copiedHead, Tenure tenure) {
		Acceptance acceptance = engine.upgrades().take(id);
		if (acceptance == null) {
			// Its answer says that there is a session, its code has accepted none, or has taken that back.
			StoredAnswer.BAD_GATEWAY.send(engine.id(), id);
			return;
		}
		acceptance.answered(copiedHead);
		Endpoint endpoint = acceptance.endpoint();
		open(sessions, slot, acceptance.session(), endpoint, acceptance,
				placements.of(acceptance.placedWith(), endpoint.mode()), tenure);
	}

	private void open(SessionTable sessions, int slot, NativeSession session, Endpoint endpoint, Opening opening,
			HandlerPlacement place, Tenure tenure) {
		Dispatcher dispatcher = new Dispatcher(engine, session, endpoint);
		session.mailbox(new Mailbox(dispatcher, place, engine.settings().inboundWindowBytes));
		sessions.put(slot, session);
		engine.begin();
		try {
			// The session begins with its window used up: it is not read before afterConnectionEstablished has returned.
			session.mailbox().deliver(opening, engine.settings().inboundWindowBytes, tenure);
		} catch (Throwable failure) {
			if (tenure.isDriving()) {
				sessions.remove(slot, session.nativeId());
				engine.finished();
			}
			throw failure;
		}
	}

	private void http(HttpDispatch dispatch, Tenure tenure) {
		HandlerPlacement place = placements.of(engine.settings().httpHandler, engine.settings().mode);
		engine.begin();
		tenure.run(place, dispatch);
	}

	/** Returns where lines of the native log are written. */
	HandlerPlacement logPlace() {
		return new HandlerPlacement(null, HandlerMode.ADAPTIVE, engine.workers(), engine.settings().loops, false);
	}

	private static String path(RequestRecord request) {
		return LogText.printable(HandlerPath.ofTarget(request.target()));
	}

	private static HttpAnswer notFound(RequestRecord request) {
		return HttpAnswer.text(404, "404 Not Found: nothing is served at " + path(request));
	}

	/** RFC 9110 section 15.5.22: the answer says to which protocol. */
	private static HttpAnswer upgradeRequired(RequestRecord request) {
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.UPGRADE, "websocket");
		headers.set(HttpHeaders.SEC_WEBSOCKET_VERSION, "13");
		return HttpAnswer.text(426, headers,
				"426 Upgrade Required: " + path(request) + " speaks WebSocket only");
	}
}
