package io.hawser.websocket;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;

/**
 * The headers of an HTTP message: a map from a name, compared without case, to all values in their order. Knows
 * the headers that handlers and interceptors ask for; the lines themselves are kept by its superclass.
 *
 * <p><b>Threads:</b> read-only headers may be used from any thread, others from one at a time.
 * <p><b>Safety:</b> names must be tokens and values free of CR, LF, NUL and other control characters (TAB is
 * allowed), so that no value can add a line to a message.
 *
 * <p>Source: Spring's {@code org.springframework.http.HttpHeaders}, with the method names of versions 6 and 7.
 * Unlike there, constructors copy, lists that are handed out cannot be changed, and the headers of the opening
 * handshake, which Spring keeps in {@code WebSocketHttpHeaders}, are here too. Over 250 lines for the names' constants
 * and docs.
 *
 * @since 0.1
 */
public class HttpHeaders extends HeaderMap {
	/** {@code Accept}. */
	public static final String ACCEPT = "Accept";
	/** {@code Accept-Encoding}. */
	public static final String ACCEPT_ENCODING = "Accept-Encoding";
	/** {@code Accept-Language}. */
	public static final String ACCEPT_LANGUAGE = "Accept-Language";
	/** {@code Access-Control-Allow-Origin}. */
	public static final String ACCESS_CONTROL_ALLOW_ORIGIN = "Access-Control-Allow-Origin";
	/** {@code Allow}. */
	public static final String ALLOW = "Allow";
	/** {@code Authorization}. */
	public static final String AUTHORIZATION = "Authorization";
	/** {@code Cache-Control}. */
	public static final String CACHE_CONTROL = "Cache-Control";
	/** {@code Connection}. */
	public static final String CONNECTION = "Connection";
	/** {@code Content-Encoding}. */
	public static final String CONTENT_ENCODING = "Content-Encoding";
	/** {@code Content-Language}. */
	public static final String CONTENT_LANGUAGE = "Content-Language";
	/** {@code Content-Length}. */
	public static final String CONTENT_LENGTH = "Content-Length";
	/** {@code Content-Type}. */
	public static final String CONTENT_TYPE = "Content-Type";
	/** {@code Cookie}. */
	public static final String COOKIE = "Cookie";
	/** {@code Date}. */
	public static final String DATE = "Date";
	/** {@code ETag}. */
	public static final String ETAG = "ETag";
	/** {@code Expires}. */
	public static final String EXPIRES = "Expires";
	/** {@code Host}. */
	public static final String HOST = "Host";
	/** {@code If-Modified-Since}. */
	public static final String IF_MODIFIED_SINCE = "If-Modified-Since";
	/** {@code If-None-Match}. */
	public static final String IF_NONE_MATCH = "If-None-Match";
	/** {@code Last-Modified}. */
	public static final String LAST_MODIFIED = "Last-Modified";
	/** {@code Location}. */
	public static final String LOCATION = "Location";
	/** {@code Origin}. */
	public static final String ORIGIN = "Origin";
	/** {@code Pragma}. */
	public static final String PRAGMA = "Pragma";
	/** {@code Range}. */
	public static final String RANGE = "Range";
	/** {@code Referer}. */
	public static final String REFERER = "Referer";
	/** {@code Retry-After}. */
	public static final String RETRY_AFTER = "Retry-After";
	/** {@code Sec-WebSocket-Accept}. */
	public static final String SEC_WEBSOCKET_ACCEPT = "Sec-WebSocket-Accept";
	/** {@code Sec-WebSocket-Extensions}. */
	public static final String SEC_WEBSOCKET_EXTENSIONS = "Sec-WebSocket-Extensions";
	/** {@code Sec-WebSocket-Key}. */
	public static final String SEC_WEBSOCKET_KEY = "Sec-WebSocket-Key";
	/** {@code Sec-WebSocket-Protocol}. */
	public static final String SEC_WEBSOCKET_PROTOCOL = "Sec-WebSocket-Protocol";
	/** {@code Sec-WebSocket-Version}. */
	public static final String SEC_WEBSOCKET_VERSION = "Sec-WebSocket-Version";
	/** {@code Server}. */
	public static final String SERVER = "Server";
	/** {@code Set-Cookie}. */
	public static final String SET_COOKIE = "Set-Cookie";
	/** {@code Transfer-Encoding}. */
	public static final String TRANSFER_ENCODING = "Transfer-Encoding";
	/** {@code Upgrade}. */
	public static final String UPGRADE = "Upgrade";
	/** {@code User-Agent}. */
	public static final String USER_AGENT = "User-Agent";
	/** {@code Vary}. */
	public static final String VARY = "Vary";
	/** {@code WWW-Authenticate}. */
	public static final String WWW_AUTHENTICATE = "WWW-Authenticate";

	/** No headers; read-only. */
	public static final HttpHeaders EMPTY = new HttpHeaders(new HttpHeaders(), true);

	/**
	 * Create empty headers.
	 * @since 0.1
	 */
	public HttpHeaders() {
	}

	/**
	 * Create a mutable copy.
	 *
	 * @param headers names and values
	 * @throws IllegalArgumentException if a name or value would break the head of a message
	 * @since 0.1
	 */
	public HttpHeaders(Map<String, List<String>> headers) {
		super(headers);
	}

	private HttpHeaders(HeaderMap headers, boolean readOnly) {
		super(headers, readOnly);
	}

	/**
	 * Return a copy that nobody can change.
	 *
	 * @param headers names and values
	 * @return a copy; later changes of {@code headers} do not show in it
	 * @throws IllegalArgumentException if a name or value would break the head of a message
	 * @since 0.1
	 */
	public static HttpHeaders readOnlyHttpHeaders(Map<String, List<String>> headers) {
		Objects.requireNonNull(headers, "headers");
		if (headers instanceof HttpHeaders lines) {
			return lines.isReadOnly() ? lines : new HttpHeaders(lines, true);
		}
		return new HttpHeaders(new HttpHeaders(headers), true);
	}

	/**
	 * Return all values of a header.
	 *
	 * @param headerName the name
	 * @return the values; empty if the header is absent
	 * @since 0.1
	 */
	public List<String> getOrEmpty(String headerName) {
		List<String> values = get(Objects.requireNonNull(headerName, "headerName"));
		return values == null ? List.of() : values;
	}

	/**
	 * Return the elements of a header whose values are lists joined by commas. Quotes are not looked at.
	 *
	 * @param headerName the name
	 * @return the elements of all its values without surrounding space; empty ones are left out
	 * @since 0.1
	 */
	public List<String> getValuesAsList(String headerName) {
		List<String> elements = new ArrayList<>();
		for (String value : getOrEmpty(headerName)) {
			for (String element : value.split(",")) {
				if (!element.isBlank()) {
					elements.add(element.strip());
				}
			}
		}
		return List.copyOf(elements);
	}

	/**
	 * Add lines of one name.
	 *
	 * @param headerName the name
	 * @param headerValues the values
	 * @throws IllegalArgumentException if name or value would break the head of a message
	 * @throws UnsupportedOperationException if these headers are read-only
	 * @since 0.1
	 */
	public void addAll(String headerName, List<? extends String> headerValues) {
		Objects.requireNonNull(headerValues, "headerValues").forEach(value -> add(headerName, value));
	}

	/**
	 * Add lines.
	 *
	 * @param headers names and values
	 * @throws IllegalArgumentException if a name or value would break the head of a message
	 * @throws UnsupportedOperationException if these headers are read-only
	 * @since 0.1
	 */
	public void addAll(Map<String, List<String>> headers) {
		Objects.requireNonNull(headers, "headers").forEach(this::addAll);
	}

	/**
	 * Set the only values of several headers.
	 *
	 * @param headers names and values
	 * @throws IllegalArgumentException if a name or value would break the head of a message
	 * @throws UnsupportedOperationException if these headers are read-only
	 * @since 0.1
	 */
	public void setAll(Map<String, String> headers) {
		Objects.requireNonNull(headers, "headers").forEach(this::set);
	}

	/**
	 * Return the first value of each header.
	 * @return a mutable copy, in order; its names are compared with case
	 * @since 0.1
	 */
	public Map<String, String> toSingleValueMap() {
		Map<String, String> map = new LinkedHashMap<>();
		forEach((name, values) -> map.put(name, values.get(0)));
		return map;
	}

	/**
	 * Return whether a header is present.
	 *
	 * @param headerName the name
	 * @return {@code true} if there is a line of that name
	 * @since 0.1
	 */
	public boolean containsHeader(String headerName) {
		return containsKey(Objects.requireNonNull(headerName, "headerName"));
	}

	/**
	 * Return the headers; the same as {@link #entrySet()}.
	 * @return names and values; cannot be changed
	 * @since 0.1
	 */
	public Set<Map.Entry<String, List<String>>> headerSet() {
		return entrySet();
	}

	/**
	 * Return the names; the same as {@link #keySet()}.
	 * @return the names as first spelled; cannot be changed
	 * @since 0.1
	 */
	public Set<String> headerNames() {
		return keySet();
	}

	/**
	 * Return the first {@code Origin}.
	 * @return the origin as sent, or {@code null}
	 * @since 0.1
	 */
	public String getOrigin() {
		return getFirst(ORIGIN);
	}

	/**
	 * Return the host and port of {@code Host}.
	 * @return an unresolved address with port 0 where none was sent; {@code null} if absent or malformed
	 * @since 0.1
	 */
	public InetSocketAddress getHost() {
		return HostHeader.parse(getFirst(HOST));
	}

	/**
	 * Return {@code Upgrade}.
	 * @return the first value, or {@code null}
	 * @since 0.1
	 */
	public String getUpgrade() {
		return getFirst(UPGRADE);
	}

	/**
	 * Return the elements of {@code Connection}.
	 * @return the elements; empty if absent
	 * @since 0.1
	 */
	public List<String> getConnection() {
		return getValuesAsList(CONNECTION);
	}

	/**
	 * Return {@code Content-Length}.
	 * @return the length in bytes, or -1 if absent or no number, as in Spring
	 * @since 0.1
	 */
	public long getContentLength() {
		String value = getFirst(CONTENT_LENGTH);
		return value != null && value.matches("[0-9]{1,18}") ? Long.parseLong(value) : -1;
	}

	/**
	 * Set {@code Location}.
	 *
	 * @param location where the client shall go
	 * @throws UnsupportedOperationException if these headers are read-only
	 * @since 0.1
	 */
	public void setLocation(URI location) {
		set(LOCATION, Objects.requireNonNull(location, "location").toASCIIString());
	}

	/**
	 * Return the subprotocols that the client offers.
	 * @return the elements of all {@code Sec-WebSocket-Protocol} lines in their order; empty if absent
	 * @since 0.1
	 */
	public List<String> getSecWebSocketProtocol() {
		return getValuesAsList(SEC_WEBSOCKET_PROTOCOL);
	}

	/**
	 * Return the extensions that the client offers.
	 * @return those of all {@code Sec-WebSocket-Extensions} lines in their order; empty if absent
	 * @throws IllegalArgumentException if the header does not follow its grammar
	 * @since 0.1
	 */
	public List<WebSocketExtension> getSecWebSocketExtensions() {
		StringJoiner joined = new StringJoiner(",");
		getOrEmpty(SEC_WEBSOCKET_EXTENSIONS).forEach(joined::add);
		return WebSocketExtension.parseExtensions(joined.toString());
	}
}
