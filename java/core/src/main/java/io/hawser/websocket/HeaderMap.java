package io.hawser.websocket;

import io.hawser.websocket.internal.HttpSyntax;
import io.hawser.websocket.internal.LogText;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Header lines in the order they came, kept as one array because every session keeps one of these. Names are
 * compared without case. Knows no single header by its meaning.
 *
 * <p>Searches are linear: a request has at most some hundred lines. Over 250 lines because a map has many views of the
 * one array.
 */
abstract class HeaderMap extends AbstractMap<String, List<String>> {
	private static final String[] NOTHING = {};

	/** Names and values by turns. Invariant: the first {@code length} entries are set, {@code length} is even. */
	private String[] lines;
	private int length;
	private final boolean readOnly;

	HeaderMap() {
		lines = NOTHING;
		readOnly = false;
	}

	HeaderMap(Map<String, List<String>> source) {
		this();
		Objects.requireNonNull(source, "headers").forEach(
				(name, values) -> values.forEach(value -> append(name, value)));
	}

	HeaderMap(HeaderMap source, boolean readOnly) {
		lines = Arrays.copyOf(source.lines, source.length);
		length = source.length;
		this.readOnly = readOnly;
	}

	/**
	 * Return the first value of a header.
	 *
	 * @param headerName the name
	 * @return the value, or {@code null} if the header is absent
	 * @since 0.1
	 */
	public String getFirst(String headerName) {
		int index = find(Objects.requireNonNull(headerName, "headerName"), 0);
		return index < 0 ? null : lines[index + 1];
	}

	/**
	 * Return all values of a header.
	 *
	 * @param headerName the name, a string
	 * @return a copy that cannot be changed, or {@code null} if the header is absent
	 */
	@Override
	public List<String> get(Object headerName) {
		if (!(headerName instanceof String name)) {
			return null;
		}
		int index = find(name, 0);
		if (index < 0) {
			return null;
		}
		List<String> values = new ArrayList<>(1);
		for (; index >= 0; index = find(name, index + 2)) {
			values.add(lines[index + 1]);
		}
		return Collections.unmodifiableList(values);
	}

	/**
	 * Add a line, behind all others.
	 *
	 * @param headerName the name, a token
	 * @param headerValue the value, without control characters other than TAB
	 * @throws IllegalArgumentException if name or value would break the head of a message
	 * @throws UnsupportedOperationException if these headers are read-only
	 * @since 0.1
	 */
	public void add(String headerName, String headerValue) {
		requireWritable();
		append(headerName, headerValue);
	}

	/**
	 * Set the only value of a header.
	 *
	 * @param headerName the name, a token
	 * @param headerValue the value, without control characters other than TAB
	 * @throws IllegalArgumentException if name or value would break the head of a message
	 * @throws UnsupportedOperationException if these headers are read-only
	 * @since 0.1
	 */
	public void set(String headerName, String headerValue) {
		HttpSyntax.requireFieldValue(headerValue, "headerValue");
		put(headerName, List.of(headerValue));
	}

	/**
	 * Set all values of a header; it then stands where it stood, or behind all others if it is new.
	 *
	 * @param headerName the name, a token
	 * @param headerValues the values; an empty list removes the header
	 * @return the values before, or {@code null}
	 * @throws IllegalArgumentException if name or value would break the head of a message
	 * @throws UnsupportedOperationException if these headers are read-only
	 */
	@Override
	public List<String> put(String headerName, List<String> headerValues) {
		requireWritable();
		HttpSyntax.requireToken(headerName, "headerName");
		List<String> values = List.copyOf(Objects.requireNonNull(headerValues, "headerValues"));
		values.forEach(value -> HttpSyntax.requireFieldValue(value, "headerValues"));
		int at = find(headerName, 0);
		List<String> before = remove(headerName);
		String[] tail = Arrays.copyOfRange(lines, at < 0 ? length : at, length);
		length -= tail.length;
		values.forEach(value -> add(headerName, value));
		for (int i = 0; i < tail.length; i += 2) {
			add(tail[i], tail[i + 1]);
		}
		return before;
	}

	/**
	 * Remove all lines of a header.
	 *
	 * @param headerName the name
	 * @return the values before, or {@code null}
	 * @throws UnsupportedOperationException if these headers are read-only
	 */
	@Override
	public List<String> remove(Object headerName) {
		requireWritable();
		List<String> before = get(headerName);
		if (before == null) {
			return null;
		}
		int kept = 0;
		for (int i = 0; i < length; i += 2) {
			if (!lines[i].equalsIgnoreCase((String) headerName)) {
				lines[kept++] = lines[i];
				lines[kept++] = lines[i + 1];
			}
		}
		Arrays.fill(lines, kept, length, null);
		length = kept;
		return before;
	}

	@Override
	public void clear() {
		requireWritable();
		lines = NOTHING;
		length = 0;
	}

	@Override
	public boolean containsKey(Object headerName) {
		return headerName instanceof String name && find(name, 0) >= 0;
	}

	/**
	 * Return the number of headers; several lines of one name are one header.
	 * @return the number of different names
	 */
	@Override
	public int size() {
		int names = 0;
		for (int i = 0; i < length; i += 2) {
			if (find(lines[i], 0) == i) {
				names++;
			}
		}
		return names;
	}

	@Override
	public boolean isEmpty() {
		return length == 0;
	}

	/**
	 * Return the headers in the order of their first lines. This, {@link #keySet()} and {@link #values()} are
	 * copies: change headers by {@link #set}, {@link #add}, {@link #remove}.
	 * @return names and values; cannot be changed
	 */
	@Override
	public Set<Map.Entry<String, List<String>>> entrySet() {
		return grouped().entrySet();
	}

	@Override
	public Set<String> keySet() {
		return grouped().keySet();
	}

	@Override
	public Collection<List<String>> values() {
		return grouped().values();
	}

	/** Equal are headers with the same names, whatever their case and order, and the same values in order. */
	@Override
	public boolean equals(Object other) {
		return this == other || other instanceof HeaderMap && super.equals(other);
	}

	@Override
	public int hashCode() {
		int hash = 0;
		for (Map.Entry<String, List<String>> header : entrySet()) {
			hash += header.getKey().toLowerCase(Locale.ROOT).hashCode() ^ header.getValue().hashCode();
		}
		return hash;
	}

	/**
	 * Return all lines for logs, values quoted, control characters escaped. Cookies and credentials are in it.
	 * @return the lines in brackets
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder("[");
		for (int i = 0; i < length; i += 2) {
			text.append(i == 0 ? "" : ", ").append(lines[i]).append(":\"")
					.append(LogText.printable(lines[i + 1])).append('"');
		}
		return text.append(']').toString();
	}

	boolean isReadOnly() {
		return readOnly;
	}

	private void append(String headerName, String headerValue) {
		HttpSyntax.requireToken(headerName, "headerName");
		HttpSyntax.requireFieldValue(headerValue, "headerValue");
		if (length == lines.length) {
			lines = Arrays.copyOf(lines, Math.max(8, length * 2));
		}
		lines[length++] = HeaderNames.canonical(headerName);
		lines[length++] = headerValue;
	}

	private Map<String, List<String>> grouped() {
		Map<String, List<String>> headers = new LinkedHashMap<>();
		for (int i = 0; i < length; i += 2) {
			if (find(lines[i], 0) == i) {
				headers.put(lines[i], get(lines[i]));
			}
		}
		return Collections.unmodifiableMap(headers);
	}

	private int find(String name, int from) {
		for (int i = from; i < length; i += 2) {
			if (lines[i].equalsIgnoreCase(name)) {
				return i;
			}
		}
		return -1;
	}

	private void requireWritable() {
		if (readOnly) {
			throw new UnsupportedOperationException(
					"these headers are read-only; change a copy made by new HttpHeaders(headers)");
		}
	}
}
