package io.hawser.websocket.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Options of a command, written {@code --name value}. Knows no command. */
final class Arguments {
	private final Map<String, String> values;

	private Arguments(Map<String, String> values) {
		this.values = values;
	}

	/** Reads pairs of these names; each at most once. */
	static Arguments parse(List<String> args, String... names) {
		Map<String, String> values = new HashMap<>();
		for (int i = 0; i < args.size(); i += 2) {
			String option = args.get(i);
			if (!option.startsWith("--") || !List.of(names).contains(option.substring(2))) {
				throw new UsageException("there is no option '" + option + "'");
			}
			if (i + 1 == args.size()) {
				throw new UsageException(option + " needs a value");
			}
			if (values.put(option.substring(2), args.get(i + 1)) != null) {
				throw new UsageException(option + " was given twice");
			}
		}
		return new Arguments(values);
	}

	/** Returns the value, or {@code otherwise} if the option was not given. */
	String text(String name, String otherwise) {
		return values.getOrDefault(name, otherwise);
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
		if (!values.containsKey(name)) {
			throw new UsageException("--" + name + " is missing");
		}
		return number(name, 0);
	}
}
