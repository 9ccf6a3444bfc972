package io.hawser.websocket.internal;

import io.hawser.websocket.HttpHeaders;
import io.hawser.websocket.HttpStatus;
import io.hawser.websocket.HttpStatusCode;
import io.hawser.websocket.ServerHttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Objects;

/** The answer to an opening handshake while interceptors fill it. Sends nothing itself. */
final class HandshakeResponse implements ServerHttpResponse {
	private final HttpHeaders headers = new HttpHeaders();
	private HttpStatusCode status;
	private ByteArrayOutputStream body;

	@Override
	public void setStatusCode(HttpStatusCode status) {
		Objects.requireNonNull(status, "status");
		if (status.value() < 200 || status.value() > 599) {
			throw new IllegalArgumentException("status must be 200 to 599, not " + status.value());
		}
		this.status = status;
	}

	@Override
	public HttpHeaders getHeaders() {
		return headers;
	}

	@Override
	public OutputStream getBody() {
		if (body == null) {
			body = new ByteArrayOutputStream();
		}
		return body;
	}

	@Override
	public void flush() {
		// The engine sends the answer when the handshake is decided.
	}

	@Override
	public void close() {
		// See flush.
	}

	/** Returns the refusal: what was set, 403 and a readable body where nothing was. */
	HttpAnswer refusal() {
		int code = (status != null ? status : HttpStatus.FORBIDDEN).value();
		boolean empty = body == null || body.size() == 0;
		return empty ? HttpAnswer.text(code, headers, HttpAnswer.reason(code))
				: new HttpAnswer(code, headers, body.toByteArray());
	}
}
