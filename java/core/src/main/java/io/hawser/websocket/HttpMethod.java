package io.hawser.websocket;

import io.hawser.websocket.internal.HttpSyntax;
import java.io.Serializable;

/**
 * An HTTP method (RFC 9110 section 9). The usual ones are constants and may be compared with {@code ==}.
 *
 * <p>Source: Spring's {@code org.springframework.http.HttpMethod}.
 *
 * @since 0.1
 */
public final class HttpMethod implements Comparable<HttpMethod>, Serializable {
	/** The method {@code GET}. */
	public static final HttpMethod GET = new HttpMethod("GET");
	/** The method {@code HEAD}. */
	public static final HttpMethod HEAD = new HttpMethod("HEAD");
	/** The method {@code POST}. */
	public static final HttpMethod POST = new HttpMethod("POST");
	/** The method {@code PUT}. */
	public static final HttpMethod PUT = new HttpMethod("PUT");
	/** The method {@code PATCH}. */
	public static final HttpMethod PATCH = new HttpMethod("PATCH");
	/** The method {@code DELETE}. */
	public static final HttpMethod DELETE = new HttpMethod("DELETE");
	/** The method {@code OPTIONS}. */
	public static final HttpMethod OPTIONS = new HttpMethod("OPTIONS");
	/** The method {@code TRACE}. */
	public static final HttpMethod TRACE = new HttpMethod("TRACE");

	private static final long serialVersionUID = 1L;
	private static final HttpMethod[] NAMED = {GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE};

	/** Name as it stands in a request line; case matters (RFC 9110 section 9.1). */
	private final String name;

	private HttpMethod(String name) {
		this.name = name;
	}

	/**
	 * Return the constants of this class.
	 * @return a new array
	 * @since 0.1
	 */
	public static HttpMethod[] values() {
		return NAMED.clone();
	}

	/**
	 * Return the method of a name.
	 *
	 * @param method the name, case-sensitive
	 * @return the constant if there is one
	 * @throws IllegalArgumentException if the name is no token (RFC 9110 section 5.6.2)
	 * @since 0.1
	 */
	public static HttpMethod valueOf(String method) {
		HttpSyntax.requireToken(method, "method");
		for (HttpMethod named : NAMED) {
			if (named.name.equals(method)) {
				return named;
			}
		}
		return new HttpMethod(method);
	}

	/**
	 * Return the name.
	 * @return the name as sent
	 * @since 0.1
	 */
	public String name() {
		return name;
	}

	/**
	 * Return whether this method has a name.
	 *
	 * @param method the name, case-sensitive
	 * @return {@code true} if the names are equal
	 * @since 0.1
	 */
	public boolean matches(String method) {
		return name.equals(method);
	}

	/**
	 * Keeps the named methods single after deserialisation.
	 * @return the same method, named if there is such a constant
	 */
	private Object readResolve() {
		return valueOf(name);
	}

	@Override
	public int compareTo(HttpMethod other) {
		return name.compareTo(other.name);
	}

	@Override
	public boolean equals(Object other) {
		return this == other || other instanceof HttpMethod that && name.equals(that.name);
	}

	@Override
	public int hashCode() {
		return name.hashCode();
	}

	@Override
	public String toString() {
		return name;
	}
}
