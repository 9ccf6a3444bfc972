package io.hawser.websocket.cli;

import java.io.PrintStream;
import java.util.List;

/**
 * The command behind {@code java -jar}: picks a command by its name and turns its outcome into an exit code. Knows no
 * engine.
 */
public final class Main {
	/** Exit codes: done, failed, called wrongly. */
	static final int DONE = 0;
	static final int FAILED = 1;
	static final int USAGE = 2;

	private static final List<String> ECHO_SWITCHES = List.of("deflate", "context-takeover");
	private static final List<String> ECHO_OPTIONS = List.of("port", "host", "path", "loops", "mode", "tls-certificate",
			"tls-key");

	private Main() {
	}

	/** Runs the command named by the first argument. */
	public static void main(String[] args) {
		System.exit(run(List.of(args), System.out, System.err));
	}

	static int run(List<String> args, PrintStream out, PrintStream err) {
		String command = args.isEmpty() ? "" : args.get(0);
		List<String> rest = args.isEmpty() ? List.of() : args.subList(1, args.size());
		try {
			switch (command) {
				case "check":
					Arguments.parse(rest, List.of(), List.of());
					return CheckCommand.run(out, err);
				case "echo":
					return EchoCommand.run(Arguments.parse(rest, ECHO_SWITCHES, ECHO_OPTIONS), out, err);
				case "help", "--help", "-h":
					usage(out);
					return DONE;
				case "":
					return usage(err);
				default:
					throw new UsageException("there is no command '" + command + "'");
			}
		} catch (UsageException e) {
			usage(err);
			err.println(e.getMessage());
			return USAGE;
		}
	}

	private static int usage(PrintStream err) {
		err.println("""
				usage: java -jar hawser-<version>-all.jar <command>
				  check                   load the native library; print versions, platform and where it came from
				  echo --port N           serve an echo on this port until the process is ended
				       [--host H]         address to listen on (127.0.0.1)
				       [--path /echo]     path of the echo
				       [--loops N]        event loops (the number of processors)
				       [--mode adaptive|inline|workers]  which threads run the handler (adaptive)
				       [--deflate]        agree to permessage-deflate
				       [--context-takeover]  and to context takeover
				       [--tls-certificate FILE --tls-key FILE]  serve wss with this chain and key (PEM)""");
		return USAGE;
	}
}
