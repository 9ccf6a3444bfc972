package io.hawser.websocket;

import java.util.Objects;

/**
 * The native library could not be found, verified, loaded or matched with these classes. Its message is the cause and
 * the cure in one text; the two are also to be had apart.
 *
 * <p>Loading is tried once per class loader; every later start throws a new exception with the stored cause.
 *
 * @since 0.1
 */
public class NativeLibraryException extends RuntimeException {
	private static final long serialVersionUID = 1L;

	/** What was wrong, without a full stop. */
	private final String problem;

	/** What to do about it. */
	private final String cure;

	/**
	 * Creates the exception.
	 * @param problem what was wrong, with the values concerned
	 * @param cure what to do about it
	 * @param cause the failure underneath, or {@code null}
	 */
	public NativeLibraryException(String problem, String cure, Throwable cause) {
		super(Objects.requireNonNull(problem, "problem") + ". " + Objects.requireNonNull(cure, "cure"), cause);
		this.problem = problem;
		this.cure = cure;
	}

	/**
	 * Returns what was wrong, without the cure.
	 * @return a sentence without its full stop
	 * @since 0.1
	 */
	public String getProblem() {
		return problem;
	}

	/**
	 * Returns what to do about it.
	 * @return a sentence without its full stop
	 * @since 0.1
	 */
	public String getCure() {
		return cure;
	}
}
