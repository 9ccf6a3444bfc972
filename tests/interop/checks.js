// Runs named checks, prints `ok` or `FAIL` for each, and ends the process. Knows nothing of what they check.
"use strict";

const CHECK_TIMEOUT_MS = 30_000;

function withinTime(promise) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`not done after ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
	});
	return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** `checks` maps sentences about behaviour to functions; `label` says who talks to which server. */
async function runChecks(label, checks) {
	let failed = 0;
	for (const [name, check] of Object.entries(checks)) {
		try {
			await withinTime(check());
			console.log(`ok    ${label}: ${name}`);
		} catch (error) {
			failed++;
			console.log(`FAIL  ${label}: ${name}: ${String(error.message).split("\n").join(" ").slice(0, 300)}`);
		}
	}
	process.exit(failed === 0 ? 0 : 1); // a connection that a failed check left open must not hold the process
}

module.exports = { runChecks };
