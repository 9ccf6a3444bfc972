// Runs named checks one after the other, prints a line for each and counts them. Knows nothing of what they check.
"use strict";

const CHECK_TIMEOUT_MS = 30_000;

class Checks {
	passed = 0;
	failed = 0;

	constructor(label, timeoutMs = CHECK_TIMEOUT_MS) {
		this.label = label;
		this.timeoutMs = timeoutMs;
	}

	/** Never rejects, so that the next check runs. */
	async check(name, body) {
		try {
			await withinTime(body, this.timeoutMs);
			this.passed++;
			console.log(`ok    ${this.label}: ${name}`);
		} catch (error) {
			this.fail(name, error);
		}
	}

	fail(name, error) {
		this.failed++;
		console.log(`FAIL  ${this.label}: ${name}: ${plain(error?.message ?? error).slice(0, 400)}`);
	}

	/** The last line of a script, and its exit code. */
	finish() {
		console.log(`${this.passed} passed, ${this.failed} failed`);
		return this.failed === 0 && this.passed > 0 ? 0 : 1;
	}
}

/** Runs all of `named`, which maps sentences about behaviour to functions; for scripts whose lines somebody else counts. */
async function runChecks(label, named) {
	const checks = new Checks(label);
	for (const [name, body] of Object.entries(named)) await checks.check(name, body);
	process.exit(checks.failed === 0 ? 0 : 1); // a connection that a failed check left open must not hold the process
}

async function withinTime(body, timeoutMs) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`not done after ${timeoutMs} ms`)), timeoutMs);
	});
	try {
		await Promise.race([body(), late]);
	} finally {
		clearTimeout(timer);
	}
}

/** One line without the colours that Playwright puts into its messages. */
function plain(text) {
	return String(text).replace(/\u001b\[\d+m/g, "").replace(/\s+/g, " ");
}

/** Asks until the answer is one that is waited for; the check's own time limit ends it otherwise. */
async function until(question, isAnswer) {
	for (;;) {
		const answer = await question();
		if (isAnswer(answer)) return answer;
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

module.exports = { Checks, runChecks, until };
