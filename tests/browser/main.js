// Runs the browser suites one after the other and counts. Knows nothing of what they check.
"use strict";

const { launchBrowser } = require("./browser");
const { Checks } = require("./checks");
const engineSuite = require("./engine_suite");
const deflateSuite = require("./deflate_suite");
const chatSuite = require("./chat_suite");
const wssSuite = require("./wss_suite");

const SUITES = { engine: engineSuite, compression: deflateSuite, chat: chatSuite, wss: wssSuite };

async function main() {
	const checks = new Checks();
	const browser = await launchBrowser().catch((error) => checks.fail(`${process.env.CHROMIUM} does not start`, error));
	for (const [name, suite] of Object.entries(browser ? SUITES : {})) {
		try {
			await suite.run(browser, checks.named(name));
		} catch (error) {
			checks.fail(`${name}: the suite could not be run to its end`, error);
		}
	}
	await browser?.close();
	console.log(`${checks.passed} passed, ${checks.failed} failed`);
	process.exit(checks.failed === 0 ? 0 : 1);
}

main();
