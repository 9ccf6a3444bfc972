package io.hawser.websocket;

/** A status code without a name of its own in {@link HttpStatus}. Checks only that it has three digits. */
record UnnamedHttpStatus(int value) implements HttpStatusCode {
	UnnamedHttpStatus {
		if (value < 100 || value > 999) {
			throw new IllegalArgumentException("code " + value + " is no HTTP status; use 100 to 999");
		}
	}

	@Override
	public String toString() {
		return Integer.toString(value);
	}
}
