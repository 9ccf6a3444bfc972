// The clients of other makers (sockjs-client, @stomp/stompjs, ws, fetch) against one application that runs already.
//
// Usage: client.js URL [--engine hawser|none] [--actuator URL] [--only SUITE] [--label TEXT] [--pid N]
// --engine says who is expected to serve: with hawser each check asserts that the engine accepted or tunnelled what it should have, with
// none (the default) that there is no engine. --pid ends the application's process and checks how it says goodbye. One line for each check, `N passed, N failed` last, exit code 1 when one failed.
"use strict";

const { parseArgs } = require("node:util");
const { Checks } = require("../node/checks");
const shutdownSuite = require("./shutdown_suite");
const { Target } = require("./target");

const SUITES = {
	plain: require("./plain_suite"),
	handshake: require("./handshake_suite"),
	security: require("./security_suite"),
	sockjs: require("./sockjs_suite"),
	stomp: require("./stomp_suite"),
	http: require("./http_suite"),
};

async function main() {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			engine: { type: "string", default: "none" }, actuator: { type: "string" }, only: { type: "string" }, label: { type: "string" }, pid: { type: "string" },
		},
	});
	const [url] = positionals;
	if (!url?.endsWith("/") || !["hawser", "none"].includes(values.engine)) {
		throw new Error("usage: client.js URL/ [--engine hawser|none] [--actuator URL/] [--only SUITE] [--label TEXT] [--pid N]");
	}
	process.env.ACTUATOR_URL = values.actuator ?? url;
	const target = await Target.at(url, values.engine);
	const checks = new Checks(values.label ?? "application");
	for (const [name, suite] of Object.entries(SUITES)) {
		if (values.only && values.only !== name) continue;
		const check = (what, expected, body) => checks.check(`${name}: ${what}`, () => target.counted(expected, body));
		await suite.run(target, check).catch((error) => checks.fail(`${name}: the suite could not be run to its end`, error));
	}
	if (values.pid) {
		await shutdownSuite.run(target, Number(values.pid), (what, body) => checks.check(`shutdown: ${what}`, body));
	}
	process.exit(checks.finish()); // a connection that a failed check left open must not hold the process
}

main().catch((error) => {
	console.log(`FAIL  ${error.message}${error.cause ? `: ${error.cause.message}` : ""}`);
	console.log("0 passed, 1 failed");
	process.exit(1);
});
