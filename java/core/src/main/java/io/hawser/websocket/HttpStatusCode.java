package io.hawser.websocket;

import java.io.Serializable;

/**
 * An HTTP status (RFC 9110 section 15), known by name ({@link HttpStatus}) or not.
 *
 * <p>Source: Spring's {@code org.springframework.http.HttpStatusCode}.
 *
 * @since 0.1
 */
public interface HttpStatusCode extends Serializable {
	/**
	 * Return the number.
	 * @return 100 to 999
	 * @since 0.1
	 */
	int value();

	/**
	 * Return whether this is a client or server error.
	 * @return {@code true} for 400 to 599
	 * @since 0.1
	 */
	default boolean isError() {
		return is4xxClientError() || is5xxServerError();
	}

	/**
	 * Return whether this is informational.
	 * @return {@code true} for 100 to 199
	 * @since 0.1
	 */
	default boolean is1xxInformational() {
		return value() / 100 == 1;
	}

	/**
	 * Return whether this is a success.
	 * @return {@code true} for 200 to 299
	 * @since 0.1
	 */
	default boolean is2xxSuccessful() {
		return value() / 100 == 2;
	}

	/**
	 * Return whether this is a redirection.
	 * @return {@code true} for 300 to 399
	 * @since 0.1
	 */
	default boolean is3xxRedirection() {
		return value() / 100 == 3;
	}

	/**
	 * Return whether this blames the client.
	 * @return {@code true} for 400 to 499
	 * @since 0.1
	 */
	default boolean is4xxClientError() {
		return value() / 100 == 4;
	}

	/**
	 * Return whether this blames the server.
	 * @return {@code true} for 500 to 599
	 * @since 0.1
	 */
	default boolean is5xxServerError() {
		return value() / 100 == 5;
	}

	/**
	 * Return whether another status has the same number.
	 *
	 * @param other the other status
	 * @return {@code true} if the numbers are equal
	 * @since 0.1
	 */
	default boolean isSameCodeAs(HttpStatusCode other) {
		return value() == other.value();
	}

	/**
	 * Return the status for a number.
	 *
	 * @param code 100 to 999
	 * @return the {@link HttpStatus} if the number has a name, else a value that equals others of its number
	 * @throws IllegalArgumentException if the number has not three digits
	 * @since 0.1
	 */
	static HttpStatusCode valueOf(int code) {
		HttpStatus named = HttpStatus.resolve(code);
		return named != null ? named : new UnnamedHttpStatus(code);
	}
}
