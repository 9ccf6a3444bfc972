package io.hawser.websocket.internal;

import io.hawser.websocket.HttpHeaders;
import io.hawser.websocket.HttpMethod;
import io.hawser.websocket.HttpRequest;
import io.hawser.websocket.HttpResponse;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.Objects;

/** One plain HTTP request on its way through the HTTP handler. Knows no threads; used once. */
final class HttpDispatch implements Runnable {
	private final EngineRuntime engine;
	private final long id;
	private final RequestRecord request;

	HttpDispatch(EngineRuntime engine, long id, RequestRecord request) {
		this.engine = engine;
		this.id = id;
		this.request = request;
	}

	/** Answers the request exactly once; throws nothing. */
	@Override
	public void run() {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try {
			thread.setContextClassLoader(engine.settings().httpClassLoader);
			answer().send(engine.id(), id);
		} catch (Throwable failure) {
			StoredAnswer.INTERNAL_ERROR.send(engine.id(), id);
			log(failure);
		} finally {
			thread.setContextClassLoader(before);
			// An interrupt meant this request, not the next callback on this thread.
			Thread.interrupted();
			engine.finished();
		}
	}

	private HttpAnswer answer() throws Exception {
		HttpResponse response = Objects.requireNonNull(engine.settings().httpHandler.handle(decode()),
				"the HTTP handler returned null");
		return new HttpAnswer(response.getStatus(), response.getHeaders(), response.getBody());
	}

	/** The peer learns that something failed, never what: that is for the log alone. */
	private void log(Throwable failure) {
		try {
			EngineLog.error("the HTTP handler failed for ", request.method() + " " + LogText.printable(request.target()),
					failure);
		} catch (Throwable noMemory) {
			EngineLog.error(Trouble.HTTP_FAILED, failure);
		}
	}

	private HttpRequest decode() {
		HttpHeaders headers = request.headers();
		URI uri = request.uri(request.httpScheme(), headers);
		X509Certificate certificate = request.clientCertificate();
		return new HttpRequest(HttpMethod.valueOf(request.method()), uri, headers, request.body(), request.remoteAddress(),
				RequestRecord.subject(certificate), certificate);
	}
}
