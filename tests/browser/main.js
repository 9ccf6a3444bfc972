// Runs the browser suites one after the other and counts. Knows nothing of what they check.
"use strict";

const { launchBrowser } = require("./browser");
const { Checks } = require("../node/checks");
const engineSuite = require("./engine_suite");
const deflateSuite = require("./deflate_suite");
const chatSuite = require("./chat_suite");
const springChatSuite = require("./spring_chat_suite");
const wssSuite = require("./wss_suite");

/** A browser takes its time to start pages where much else runs. */
const CHECK_TIMEOUT_MS = 60_000;
const SUITES = { engine: engineSuite, compression: deflateSuite, chat: chatSuite, wss: wssSuite, "spring chat": springChatSuite };

async function main() {
	const checks = new Checks("browser", CHECK_TIMEOUT_MS);
	const browser = await launchBrowser().catch((error) => checks.fail(`${process.env.CHROMIUM} does not start`, error));
	for (const [name, suite] of Object.entries(browser ? SUITES : {})) {
		try {
			await suite.run(browser, (what, body) => checks.check(`${name}: ${what}`, body));
		} catch (error) {
			checks.fail(`${name}: the suite could not be run to its end`, error);
		}
	}
	await browser?.close();
	process.exit(checks.finish());
}

main();
