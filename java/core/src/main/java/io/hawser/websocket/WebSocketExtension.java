package io.hawser.websocket;

import io.hawser.websocket.internal.HttpSyntax;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One extension of {@code Sec-WebSocket-Extensions} with its parameters (RFC 6455 section 9.1). Immutable. Knows
 * the grammar, not what any extension means.
 *
 * <p>Source: Spring's {@code org.springframework.web.socket.WebSocketExtension}; unlike there, a parameter without
 * a value is kept, with the empty string as its value.
 *
 * @since 0.1
 */
public class WebSocketExtension {
	private final String name;
	private final Map<String, String> parameters;

	/**
	 * Create an extension without parameters.
	 *
	 * @param name the name, a token
	 * @throws IllegalArgumentException if the name is no token
	 * @since 0.1
	 */
	public WebSocketExtension(String name) {
		this(name, null);
	}

	/**
	 * Create an extension.
	 *
	 * @param name the name, a token
	 * @param parameters names and values, both tokens, a value may be empty; {@code null} for none. Copied
	 * @throws IllegalArgumentException if one of them is no token
	 * @since 0.1
	 */
	public WebSocketExtension(String name, Map<String, String> parameters) {
		this.name = HttpSyntax.requireToken(name, "name");
		if (parameters == null || parameters.isEmpty()) {
			this.parameters = Map.of();
			return;
		}
		parameters.forEach((parameter, value) -> {
			HttpSyntax.requireToken(parameter, "parameters");
			if (!Objects.requireNonNull(value, "parameters").isEmpty()) {
				HttpSyntax.requireToken(value, "parameters");
			}
		});
		this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
	}

	/**
	 * Return the name.
	 * @return the name, a token
	 * @since 0.1
	 */
	public String getName() {
		return name;
	}

	/**
	 * Return the parameters in their order.
	 * @return names and values; the value is empty where the parameter has none
	 * @since 0.1
	 */
	public Map<String, String> getParameters() {
		return parameters;
	}

	/**
	 * Parse the value of a {@code Sec-WebSocket-Extensions} header, in linear time.
	 *
	 * @param extensions the value, several ones joined by commas; {@code null} or blank for none
	 * @return the extensions in their order
	 * @throws IllegalArgumentException if the value does not follow the grammar or a parameter occurs twice in one
	 * extension
	 * @since 0.1
	 */
	public static List<WebSocketExtension> parseExtensions(String extensions) {
		return extensions == null ? List.of() : new ExtensionParser(extensions).parse();
	}

	@Override
	public boolean equals(Object other) {
		return this == other || other != null && getClass() == other.getClass()
				&& name.equals(((WebSocketExtension) other).name)
				&& parameters.equals(((WebSocketExtension) other).parameters);
	}

	@Override
	public int hashCode() {
		return 31 * name.hashCode() + parameters.hashCode();
	}

	/**
	 * Return the extension as it stands in the header.
	 * @return the name and the parameters, joined by semicolons
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder(name);
		parameters.forEach((parameter, value) -> {
			text.append(';').append(parameter);
			if (!value.isEmpty()) {
				text.append('=').append(value);
			}
		});
		return text.toString();
	}
}
