package io.hawser.websocket.internal;

import io.hawser.websocket.HttpHeaders;
import io.hawser.websocket.HttpStatus;
import java.nio.charset.StandardCharsets;

/** A complete HTTP answer, sent by one native call. Knows no request. */
record HttpAnswer(int status, HttpHeaders headers, byte[] body) {
	/** Returns an answer whose body is one readable line. */
	static HttpAnswer text(int status, String line) {
		return text(status, new HttpHeaders(), line);
	}

	/** Returns an answer whose body is one readable line, with more headers. */
	static HttpAnswer text(int status, HttpHeaders headers, String line) {
		HttpHeaders all = new HttpHeaders(headers);
		if (!mayHaveBody(status)) {
			return new HttpAnswer(status, all, new byte[0]);
		}
		all.set(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
		return new HttpAnswer(status, all, (line + "\n").getBytes(StandardCharsets.UTF_8));
	}

	/** Returns {@code 403 Forbidden} for 403. */
	static String reason(int status) {
		HttpStatus named = HttpStatus.resolve(status);
		return named == null ? Integer.toString(status) : status + " " + named.getReasonPhrase();
	}

	/** Sends the answer; a peer that has gone meanwhile is none of our business. */
	void send(long engine, long session) {
		NativeEngine.respond(engine, session, status, ResponseHead.encode(headers), body);
	}

	/** 204 and 304 have no body (RFC 9110 section 6.4.1). */
	private static boolean mayHaveBody(int status) {
		return status != 204 && status != 304;
	}
}
