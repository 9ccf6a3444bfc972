package io.hawser.examples.chat;

/**
 * Something a person asked for and does not get. The code is for the page, the message for the person.
 */
final class Refusal extends Exception {

	private static final long serialVersionUID = 1L;

	private final String code;

	Refusal(String code, String friendlyText) {
		super(friendlyText, null, false, false);
		this.code = code;
	}

	String code() {
		return code;
	}

}
