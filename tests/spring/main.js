// Starts the acceptance application on each line-up and in each variant, lets client.js check it, ends it, and looks at its log.
// Knows class paths and processes; what is checked is in client.js.
"use strict";

const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { Application } = require("./application");
const { Checks } = require("../node/checks");

const OUT = process.env.HAWSER_SPRING_OUT;
const APPS = process.env.HAWSER_SPRING_APPS;
const ENGINE = process.env.HAWSER_SPRING_ENGINE;
const JAVA = process.env.HAWSER_JAVA || "java";
const SIGTERM_EXIT_CODE = 143;
/** The JDK's own words about a native library, for which an application has a line in its manifest. */
const NATIVE_ACCESS = /^WARNING: (A restricted method|java\.lang\.System::load|Use --enable-native-access|Restricted methods)/;
/** What the engine says of messages that the checks make too long. */
const ON_PURPOSE = / io\.hawser\.websocket +: session \S+: closing with 1009: message exceeds \d+ bytes/;

/** What else an application may say in its properties, beside the defaults. */
const VARIANTS = {
	plain: {},
	relay: {
		"acceptance.broker": "relay", "acceptance.stomp-order": "true", "server.servlet.context-path": "/context", "management.server.port": "0",
		"server.forward-headers-strategy": "native",
	},
	tls: {
		"server.ssl.certificate": path.join(OUT, "tls/server.pem"), "server.ssl.certificate-private-key": path.join(OUT, "tls/server-key.pem"),
		"server.forward-headers-strategy": "framework",
	},
};

async function main() {
	const [lineups, variants] = [process.env.HAWSER_SPRING_LINEUPS.split(/[ ,]+/), process.env.HAWSER_SPRING_VARIANTS.split(/[ ,]+/)];
	const total = new Checks("spring");
	for (const lineup of lineups) {
		const versions = fs.readFileSync(path.join(APPS, lineup, "version"), "utf8").trim().split("\n").join(", ");
		console.log(`\n${lineup}: ${versions}; ${ENGINE === "hawser" ? "with" : "without"} Hawser`);
		for (const variant of variants) {
			await runOne(lineup, variant, total).catch((error) => total.fail(`${lineup} ${variant}`, error));
		}
	}
	process.exit(total.finish());
}

async function runOne(lineup, variant, total) {
	const label = `${lineup} ${variant}`;
	const classPath = [path.join(APPS, lineup, "*"), process.env.HAWSER_STARTER_CP].filter(Boolean).join(path.delimiter);
	const application = await Application.start(JAVA, classPath, VARIANTS[variant], path.join(OUT, `${lineup}-${variant}.log`));
	try {
		const counts = await runClient(application, label);
		total.passed += counts.passed;
		total.failed += counts.failed;
	} finally {
		application.fate = await application.end();
	}
	await total.check(`${label}: the process ends by SIGTERM, without a word of complaint in its log`, async () => {
		assert.equal(application.fate, SIGTERM_EXIT_CODE);
		assert.deepEqual(application.complaints().filter((line) => ENGINE !== "hawser" || !(NATIVE_ACCESS.test(line) || ON_PURPOSE.test(line))), []);
	});
}

/** Shows the client's lines and returns its counts. */
function runClient(application, label) {
	const client = spawn(process.execPath, [path.join(__dirname, "client.js"), application.url, "--engine", ENGINE,
		"--actuator", application.actuatorUrl, "--label", label, "--pid", String(application.pid)], {
		stdio: ["ignore", "pipe", "inherit"],
		// Node warns of a certificate for an address, which is what a test on this machine has.
		env: { ...process.env, NODE_EXTRA_CA_CERTS: path.join(OUT, "tls/ca.pem"), NODE_NO_WARNINGS: "1" },
	});
	let text = "";
	client.stdout.setEncoding("utf8").on("data", (data) => (text += data)).pipe(process.stdout, { end: false });
	return new Promise((resolve) => client.once("close", () => {
		const found = /(\d+) passed, (\d+) failed\s*$/.exec(text);
		resolve(found ? { passed: Number(found[1]), failed: Number(found[2]) } : { passed: 0, failed: 1 });
	}));
}

main();
