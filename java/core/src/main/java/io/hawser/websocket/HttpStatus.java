package io.hawser.websocket;

/**
 * The HTTP statuses that have a name (RFC 9110 section 15 and the IANA registry).
 *
 * <p>Source: Spring's {@code org.springframework.http.HttpStatus}; of two names for one number the first listed
 * is the one that {@link #valueOf(int)} gives.
 *
 * @since 0.1
 */
public enum HttpStatus implements HttpStatusCode {
	/** 100 Continue. */
	CONTINUE(100, "Continue"),
	/** 101 Switching Protocols. */
	SWITCHING_PROTOCOLS(101, "Switching Protocols"),
	/** 102 Processing. */
	PROCESSING(102, "Processing"),
	/** 103 Early Hints. */
	EARLY_HINTS(103, "Early Hints"),
	/** 200 OK. */
	OK(200, "OK"),
	/** 201 Created. */
	CREATED(201, "Created"),
	/** 202 Accepted. */
	ACCEPTED(202, "Accepted"),
	/** 203 Non-Authoritative Information. */
	NON_AUTHORITATIVE_INFORMATION(203, "Non-Authoritative Information"),
	/** 204 No Content. */
	NO_CONTENT(204, "No Content"),
	/** 205 Reset Content. */
	RESET_CONTENT(205, "Reset Content"),
	/** 206 Partial Content. */
	PARTIAL_CONTENT(206, "Partial Content"),
	/** 207 Multi-Status. */
	MULTI_STATUS(207, "Multi-Status"),
	/** 208 Already Reported. */
	ALREADY_REPORTED(208, "Already Reported"),
	/** 226 IM Used. */
	IM_USED(226, "IM Used"),
	/** 300 Multiple Choices. */
	MULTIPLE_CHOICES(300, "Multiple Choices"),
	/** 301 Moved Permanently. */
	MOVED_PERMANENTLY(301, "Moved Permanently"),
	/** 302 Found. */
	FOUND(302, "Found"),
	/** 303 See Other. */
	SEE_OTHER(303, "See Other"),
	/** 304 Not Modified. */
	NOT_MODIFIED(304, "Not Modified"),
	/** 307 Temporary Redirect. */
	TEMPORARY_REDIRECT(307, "Temporary Redirect"),
	/** 308 Permanent Redirect. */
	PERMANENT_REDIRECT(308, "Permanent Redirect"),
	/** 400 Bad Request. */
	BAD_REQUEST(400, "Bad Request"),
	/** 401 Unauthorized. */
	UNAUTHORIZED(401, "Unauthorized"),
	/** 402 Payment Required. */
	PAYMENT_REQUIRED(402, "Payment Required"),
	/** 403 Forbidden. */
	FORBIDDEN(403, "Forbidden"),
	/** 404 Not Found. */
	NOT_FOUND(404, "Not Found"),
	/** 405 Method Not Allowed. */
	METHOD_NOT_ALLOWED(405, "Method Not Allowed"),
	/** 406 Not Acceptable. */
	NOT_ACCEPTABLE(406, "Not Acceptable"),
	/** 407 Proxy Authentication Required. */
	PROXY_AUTHENTICATION_REQUIRED(407, "Proxy Authentication Required"),
	/** 408 Request Timeout. */
	REQUEST_TIMEOUT(408, "Request Timeout"),
	/** 409 Conflict. */
	CONFLICT(409, "Conflict"),
	/** 410 Gone. */
	GONE(410, "Gone"),
	/** 411 Length Required. */
	LENGTH_REQUIRED(411, "Length Required"),
	/** 412 Precondition Failed. */
	PRECONDITION_FAILED(412, "Precondition Failed"),
	/** 413 Content Too Large. */
	CONTENT_TOO_LARGE(413, "Content Too Large"),
	/** 413 Payload Too Large. */
	PAYLOAD_TOO_LARGE(413, "Payload Too Large"),
	/** 414 URI Too Long. */
	URI_TOO_LONG(414, "URI Too Long"),
	/** 415 Unsupported Media Type. */
	UNSUPPORTED_MEDIA_TYPE(415, "Unsupported Media Type"),
	/** 416 Range Not Satisfiable. */
	REQUESTED_RANGE_NOT_SATISFIABLE(416, "Range Not Satisfiable"),
	/** 417 Expectation Failed. */
	EXPECTATION_FAILED(417, "Expectation Failed"),
	/** 418 I'm a teapot. */
	I_AM_A_TEAPOT(418, "I'm a teapot"),
	/** 421 Misdirected Request. */
	MISDIRECTED_REQUEST(421, "Misdirected Request"),
	/** 422 Unprocessable Content. */
	UNPROCESSABLE_CONTENT(422, "Unprocessable Content"),
	/** 422 Unprocessable Entity. */
	UNPROCESSABLE_ENTITY(422, "Unprocessable Entity"),
	/** 423 Locked. */
	LOCKED(423, "Locked"),
	/** 424 Failed Dependency. */
	FAILED_DEPENDENCY(424, "Failed Dependency"),
	/** 425 Too Early. */
	TOO_EARLY(425, "Too Early"),
	/** 426 Upgrade Required. */
	UPGRADE_REQUIRED(426, "Upgrade Required"),
	/** 428 Precondition Required. */
	PRECONDITION_REQUIRED(428, "Precondition Required"),
	/** 429 Too Many Requests. */
	TOO_MANY_REQUESTS(429, "Too Many Requests"),
	/** 431 Request Header Fields Too Large. */
	REQUEST_HEADER_FIELDS_TOO_LARGE(431, "Request Header Fields Too Large"),
	/** 451 Unavailable For Legal Reasons. */
	UNAVAILABLE_FOR_LEGAL_REASONS(451, "Unavailable For Legal Reasons"),
	/** 500 Internal Server Error. */
	INTERNAL_SERVER_ERROR(500, "Internal Server Error"),
	/** 501 Not Implemented. */
	NOT_IMPLEMENTED(501, "Not Implemented"),
	/** 502 Bad Gateway. */
	BAD_GATEWAY(502, "Bad Gateway"),
	/** 503 Service Unavailable. */
	SERVICE_UNAVAILABLE(503, "Service Unavailable"),
	/** 504 Gateway Timeout. */
	GATEWAY_TIMEOUT(504, "Gateway Timeout"),
	/** 505 HTTP Version Not Supported. */
	HTTP_VERSION_NOT_SUPPORTED(505, "HTTP Version Not Supported"),
	/** 506 Variant Also Negotiates. */
	VARIANT_ALSO_NEGOTIATES(506, "Variant Also Negotiates"),
	/** 507 Insufficient Storage. */
	INSUFFICIENT_STORAGE(507, "Insufficient Storage"),
	/** 508 Loop Detected. */
	LOOP_DETECTED(508, "Loop Detected"),
	/** 509 Bandwidth Limit Exceeded. */
	BANDWIDTH_LIMIT_EXCEEDED(509, "Bandwidth Limit Exceeded"),
	/** 510 Not Extended. */
	NOT_EXTENDED(510, "Not Extended"),
	/** 511 Network Authentication Required. */
	NETWORK_AUTHENTICATION_REQUIRED(511, "Network Authentication Required");

	private static final HttpStatus[] ALL = values();

	private final int value;
	private final String reasonPhrase;

	HttpStatus(int value, String reasonPhrase) {
		this.value = value;
		this.reasonPhrase = reasonPhrase;
	}

	@Override
	public int value() {
		return value;
	}

	/**
	 * Return the usual phrase, for people.
	 * @return the phrase
	 * @since 0.1
	 */
	public String getReasonPhrase() {
		return reasonPhrase;
	}

	@Override
	public String toString() {
		return value + " " + name();
	}

	/**
	 * Return the status for a number.
	 *
	 * @param statusCode the number
	 * @return the status
	 * @throws IllegalArgumentException if the number has no name here
	 * @since 0.1
	 */
	public static HttpStatus valueOf(int statusCode) {
		HttpStatus status = resolve(statusCode);
		if (status == null) {
			throw new IllegalArgumentException("statusCode " + statusCode
					+ " has no name; HttpStatusCode.valueOf(int) takes any");
		}
		return status;
	}

	/**
	 * Return the status for a number, if it has a name.
	 *
	 * @param statusCode the number
	 * @return the status, or {@code null}
	 * @since 0.1
	 */
	public static HttpStatus resolve(int statusCode) {
		for (HttpStatus status : ALL) {
			if (status.value == statusCode) {
				return status;
			}
		}
		return null;
	}
}
