package io.hawser.spring;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/** Keeps what Spring Boot had to say about the last start that failed. */
public final class RecordedFailure implements FailureAnalysisReporter {
	private static volatile FailureAnalysis last;

	@Override
	public void report(FailureAnalysis analysis) {
		last = analysis;
	}

	/** Returns what a start that fails is told about; fails if it does not fail. */
	static FailureAnalysis of(Runnable start) {
		last = null;
		try {
			start.run();
		} catch (RuntimeException e) {
			if (last == null) {
				throw new AssertionError("there is no analysis", e);
			}
			return last;
		}
		throw new AssertionError("the application started");
	}
}
