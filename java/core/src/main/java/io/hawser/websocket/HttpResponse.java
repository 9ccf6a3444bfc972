package io.hawser.websocket;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * The answer to a plain HTTP request. Immutable; {@code with...} returns a changed copy. May be shared by threads
 * and requests. Length, date and connection handling are the engine's.
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public final class HttpResponse {
	/** Headers that frame the message on the wire (RFC 9112 section 6); an application's value could contradict it. */
	private static final Set<String> OF_THE_ENGINE = Set.of("content-length", "transfer-encoding", "connection",
			"keep-alive", "date", "trailer", "upgrade");
	private static final byte[] NO_BODY = {};

	private final int status;
	private final HttpHeaders headers;
	private final byte[] body;

	private HttpResponse(int status, HttpHeaders headers, byte[] body) {
		if (status < 200 || status > 599) {
			throw new IllegalArgumentException("status " + status + " is no final HTTP status; use 200 to 599");
		}
		// RFC 9110 sections 15.3.5 and 15.4.5.
		if ((status == 204 || status == 304) && body.length > 0) {
			throw new IllegalArgumentException("body of " + body.length + " bytes with status " + status
					+ ", which has none; use HttpResponse.of(" + status + ")");
		}
		this.status = status;
		this.headers = HttpHeaders.readOnlyHttpHeaders(headers);
		this.body = body;
	}

	/**
	 * Return an answer without headers and body.
	 *
	 * @param status 200 to 599
	 * @return the answer
	 * @throws IllegalArgumentException if the status is outside that range
	 * @since 0.1
	 */
	public static HttpResponse of(int status) {
		return new HttpResponse(status, HttpHeaders.EMPTY, NO_BODY);
	}

	/**
	 * Return an answer.
	 *
	 * @param status 200 to 599
	 * @param contentType the value of {@code Content-Type}
	 * @param body the bytes; not copied, so they must not be changed any more
	 * @return the answer
	 * @throws IllegalArgumentException if the status is outside that range or has no body (204, 304), or the content
	 * type has control characters
	 * @since 0.1
	 */
	public static HttpResponse of(int status, String contentType, byte[] body) {
		Objects.requireNonNull(contentType, "contentType");
		Objects.requireNonNull(body, "body");
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.CONTENT_TYPE, contentType);
		return new HttpResponse(status, headers, body);
	}

	/**
	 * Return an answer of plain text in UTF-8 with status 200.
	 *
	 * @param body the text
	 * @return the answer
	 * @since 0.1
	 */
	public static HttpResponse text(String body) {
		return text(200, body);
	}

	/**
	 * Return an answer of plain text in UTF-8.
	 *
	 * @param status 200 to 599
	 * @param body the text
	 * @return the answer
	 * @throws IllegalArgumentException if the status is outside that range or has no body (204, 304)
	 * @since 0.1
	 */
	public static HttpResponse text(int status, String body) {
		return of(status, "text/plain; charset=utf-8", utf8(body));
	}

	/**
	 * Return an HTML page in UTF-8 with status 200.
	 *
	 * @param body the page
	 * @return the answer
	 * @since 0.1
	 */
	public static HttpResponse html(String body) {
		return of(200, "text/html; charset=utf-8", utf8(body));
	}

	/**
	 * Return a JSON document in UTF-8 with status 200.
	 *
	 * @param body the document
	 * @return the answer
	 * @since 0.1
	 */
	public static HttpResponse json(String body) {
		return of(200, "application/json", utf8(body));
	}

	/**
	 * Return status 404 with a short text.
	 * @return the answer
	 * @since 0.1
	 */
	public static HttpResponse notFound() {
		return text(404, "Not found\n");
	}

	/**
	 * Return this answer with another status.
	 *
	 * @param status 200 to 599
	 * @return a copy
	 * @throws IllegalArgumentException if the status is outside that range or has no body (204, 304)
	 * @since 0.1
	 */
	public HttpResponse withStatus(int status) {
		return new HttpResponse(status, headers, body);
	}

	/**
	 * Return this answer with a header that has one value; values it had are replaced.
	 *
	 * @param name the name, a token
	 * @param value the value, without control characters other than TAB
	 * @return a copy
	 * @throws IllegalArgumentException if name or value would break the head, or the header is the engine's:
	 * Content-Length, Transfer-Encoding, Connection, Keep-Alive, Date, Trailer, Upgrade
	 * @since 0.1
	 */
	public HttpResponse withHeader(String name, String value) {
		HttpHeaders changed = changeable(name);
		changed.set(name, value);
		return new HttpResponse(status, changed, body);
	}

	/**
	 * Return this answer with one more header line, as {@code Set-Cookie} needs.
	 *
	 * @param name the name, a token
	 * @param value the value, without control characters other than TAB
	 * @return a copy
	 * @throws IllegalArgumentException as {@link #withHeader} does
	 * @since 0.1
	 */
	public HttpResponse withAddedHeader(String name, String value) {
		HttpHeaders changed = changeable(name);
		changed.add(name, value);
		return new HttpResponse(status, changed, body);
	}

	/**
	 * Return the status.
	 * @return 200 to 599
	 * @since 0.1
	 */
	public int getStatus() {
		return status;
	}

	/**
	 * Return the headers.
	 * @return read-only headers
	 * @since 0.1
	 */
	public HttpHeaders getHeaders() {
		return headers;
	}

	/**
	 * Return the body.
	 * @return the bytes, not copied; they must not be changed
	 * @since 0.1
	 */
	public byte[] getBody() {
		return body;
	}

	@Override
	public String toString() {
		return "HttpResponse[" + status + ", body " + body.length + " bytes]";
	}

	private HttpHeaders changeable(String name) {
		if (OF_THE_ENGINE.contains(Objects.requireNonNull(name, "name").toLowerCase(Locale.ROOT))) {
			throw new IllegalArgumentException("name '" + name + "' is a header that the engine sets; leave it out");
		}
		return new HttpHeaders(headers);
	}

	private static byte[] utf8(String body) {
		return Objects.requireNonNull(body, "body").getBytes(StandardCharsets.UTF_8);
	}
}
