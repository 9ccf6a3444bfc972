package io.hawser.bench;

import java.util.Arrays;
import java.util.List;

/** The command line of a benchmark server: {@code --port N [--deflate]} and what the server adds. Knows no server. */
public final class BenchArguments {
	private final List<String> arguments;

	/** Takes the arguments; {@code known} are the flags beside {@code --port} and {@code --deflate}. */
	public BenchArguments(String[] arguments, String... known) {
		this.arguments = List.of(arguments);
		for (String argument : arguments) {
			if (argument.startsWith("--") && !List.of("--port", "--deflate").contains(argument) && !Arrays.asList(known).contains(argument)) {
				throw new IllegalArgumentException("there is no option '" + argument + "'");
			}
		}
	}

	/** Returns the port to listen on. */
	public int port() {
		return Integer.parseInt(text("--port", "0"));
	}

	/** Returns whether permessage-deflate is accepted where a client offers it, with the server's own defaults. */
	public boolean deflate() {
		return has("--deflate");
	}

	/** Returns whether a switch was given. */
	public boolean has(String name) {
		return arguments.contains(name);
	}

	/** Returns the value behind an option, or {@code otherwise} if it was not given. */
	public String text(String name, String otherwise) {
		int at = arguments.indexOf(name);
		return at < 0 ? otherwise : arguments.get(at + 1);
	}

	/** Prints the line that says the server is ready: the load reads the address from it. */
	public static void ready(String name, int port) {
		System.out.println(name + " listens on ws://127.0.0.1:" + port + "/echo");
	}
}
