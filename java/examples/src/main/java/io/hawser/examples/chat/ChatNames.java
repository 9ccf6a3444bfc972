package io.hawser.examples.chat;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Which names people and rooms may have, and when two names are the same. Knows nobody.
 */
final class ChatNames {

	/** Longest name of a person or a room, in code points; equal is accepted. */
	static final int MAX_CHARS = 24;

	private static final Pattern PERSON = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} ._'-]*");
	private static final Pattern ROOM = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}_-]*");

	private ChatNames() {
	}

	/** Returns a person's name, tidied: one space between words, none around them. */
	static String person(String asked) throws Refusal {
		String name = Normalizer.normalize(asked, Normalizer.Form.NFC).strip().replaceAll("\\s+", " ");
		check("name", name, PERSON, "Please use letters, digits, spaces and . _ ' - in your name.");
		return name;
	}

	/** Returns a room's name, tidied: small letters, no {@code #}, dashes for spaces. */
	static String room(String asked) throws Refusal {
		String name = Normalizer.normalize(asked, Normalizer.Form.NFC).strip().replaceFirst("^#", "")
				.strip().replaceAll("\\s+", "-").toLowerCase(Locale.ROOT);
		check("room", name, ROOM, "Please use letters, digits, - and _ in the name of a room.");
		return name;
	}

	/** Returns what is equal for names that people would confuse: {@code Ann}, {@code ANN} and full-width {@code Ａｎｎ}. */
	static String fold(String name) {
		return Normalizer.normalize(name, Normalizer.Form.NFKC).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
	}

	private static void check(String what, String name, Pattern allowed, String hint) throws Refusal {
		if (name.isEmpty()) {
			throw new Refusal("bad-" + what, "Please enter a name.");
		}
		if (name.codePointCount(0, name.length()) > MAX_CHARS) {
			throw new Refusal("bad-" + what, "This name is too long: at most " + MAX_CHARS + " characters.");
		}
		if (!allowed.matcher(name).matches()) {
			throw new Refusal("bad-" + what, hint);
		}
	}

}
