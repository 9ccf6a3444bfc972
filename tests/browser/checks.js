// Runs named checks, prints a line for each and counts them. Knows nothing of browsers and servers.
"use strict";

const CHECK_TIMEOUT_MS = 60_000;

class Checks {
	passed = 0;
	failed = 0;

	/** Returns a function `check(name, body)` for one suite; it never rejects, so that the next check runs. */
	named(suite) {
		return async (name, body) => {
			try {
				await withinTime(body);
				this.passed++;
				console.log(`ok    ${suite}: ${name}`);
			} catch (error) {
				this.fail(`${suite}: ${name}`, error);
			}
		};
	}

	fail(name, error) {
		this.failed++;
		console.log(`FAIL  ${name}: ${plain(error?.message ?? error).slice(0, 400)}`);
	}
}

async function withinTime(body) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`not done after ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
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

module.exports = { Checks };
