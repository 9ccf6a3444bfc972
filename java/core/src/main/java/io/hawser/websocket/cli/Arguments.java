package io.hawser.websocket.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Options of a command, written {@code --name value}, and its switches, written {@code --name}. Knows no command. */
final class Arguments {
	private final Map<String, String> values;

	private Arguments(Map<String, String> values) {
		this.values = values;
	}

	/** Reads options and switches of these names; each at most once. */
	static Arguments parse(List<String> args, List<String> switches, List<String> options) {
		Map<String, String> values = new HashMap<>();
		for (int i = 0; i < args.size(); i++) {
			String given = args.get(i);
			String name = given.startsWith("--") ? given.substring(2) : "";
			String value = "";
			if (options.contains(name)) {
				if (++i == args.size()) {
					throw new UsageException(given + " needs a value");
				}
				value = args.get(i);
			} else if (!switches.contains(name)) {
				throw new UsageException("there is no option '" + given + "'");
			}
			if (values.put(name, value) != null) {
				throw new UsageException(given + " was given twice");
			}
		}
		return new Arguments(values);
	}

	/** Returns whether an option or switch was given. */
	boolean has(String name) {
		return values.containsKey(name);
	}

	/** Returns the value, or {@code otherwise} if the option was not given. */
	String text(String name, String otherwise) {
		return values.getOrDefault(name, otherwise);
	}

	/** Returns the value of an option that must be given. */
	String text(String name) {
		if (!values.containsKey(name)) {
			throw new UsageException("--" + name + " is missing");
		}
		return values.get(name);
	}

	/** Returns the value as a number. */
	int number(String name, int otherwise) {
		String value = values.get(name);
		if (value == null) {
			return otherwise;
		}
		try {
			return Integer.parseInt(value);
		} catch (NumberFormatException e) {
			throw new UsageException("--" + name + " must be a whole number, not '" + value + "'");
		}
	}

	/** Returns the value of an option that must be given, as a number. */
	int number(String name) {
		text(name);
		return number(name, 0);
	}
}
