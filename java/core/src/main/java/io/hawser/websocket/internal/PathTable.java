package io.hawser.websocket.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Finds what was registered for a path. An exact path wins over all that end in {@code /**}, of those the longest
 * wins. One search costs one comparison for each of those, however long the path is.
 *
 * <p>Filled by one thread before it is searched by any number of them.
 *
 * @param <T> what is found
 */
public final class PathTable<T> {
	private record Entry<T>(HandlerPath path, T value) {
	}

	private final Map<String, T> exact = new HashMap<>();
	private final List<Entry<T>> withChildren = new ArrayList<>();

	/**
	 * Add an entry.
	 *
	 * @throws IllegalArgumentException if the same path was added before
	 */
	public void add(HandlerPath path, T value) {
		Objects.requireNonNull(value, "value");
		if (contains(path)) {
			throw new IllegalArgumentException("path '" + path
					+ "' has a handler already; use another path for this one");
		}
		if (path.withChildren()) {
			withChildren.add(new Entry<>(path, value));
			withChildren.sort(Comparator.comparingInt(entry -> -entry.path().path().length()));
		} else {
			exact.put(path.path(), value);
		}
	}

	/** Return all paths that were added. */
	List<HandlerPath> paths() {
		List<HandlerPath> paths = new ArrayList<>();
		exact.keySet().forEach(path -> paths.add(new HandlerPath(path, false)));
		withChildren.forEach(entry -> paths.add(entry.path()));
		return paths;
	}

	/** Return whether this very path was added. */
	public boolean contains(HandlerPath path) {
		return path.withChildren() ? withChildren.stream().anyMatch(entry -> entry.path().equals(path))
				: exact.containsKey(path.path());
	}

	/**
	 * Return what was registered for a request.
	 *
	 * @param target the request target as sent
	 * @return the value, or {@code null} if no path matches
	 */
	public T find(String target) {
		String path = HandlerPath.ofTarget(target);
		if (path == null) {
			return null;
		}
		T found = exact.get(path);
		if (found != null) {
			return found;
		}
		for (Entry<T> entry : withChildren) {
			if (entry.path().matches(path)) {
				return entry.value();
			}
		}
		return null;
	}
}
