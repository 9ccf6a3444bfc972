// Thousands of connections to the acceptance application, cut at once by the end of the clients' process, time after time: whatever
// they held must come back. Started by `run.sh cut`; needs Linux, for what it reads of a process, and the starter.
//
// Environment, beside run.sh's: HAWSER_SPRING_CROWD (connections, default 5000), HAWSER_SPRING_ROUNDS (default 20).
"use strict";

const assert = require("node:assert/strict");
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const fs = require("node:fs");
const path = require("node:path");
const { Application } = require("./application");
const { Checks, until } = require("../node/checks");

const { HAWSER_SPRING_OUT: OUT, HAWSER_SPRING_APPS: APPS, HAWSER_STARTER_CP: STARTER, HAWSER_SPRING_LINEUPS: LINEUPS } = process.env;
const JAVA = process.env.HAWSER_JAVA || "java";
const CROWD = Number(process.env.HAWSER_SPRING_CROWD || 5000);
const ROUNDS = Number(process.env.HAWSER_SPRING_ROUNDS || 20);
/** Where a slot or a permit were lost, the crowd after the next would not get in any more. */
const MAX_CONNECTIONS = Math.ceil(CROWD * 1.5);
/** Idle connections that the pool keeps for later handshakes, on each loop; both their ends are files of this process. */
const POOLED_PER_LOOP = 64;
const LOOPS = 2;
/** Threads that the JVM starts and ends on its own: compilers, collectors. */
const OTHER_THREADS = 4;
const ROUND_TIMEOUT_MS = 120_000;

async function main() {
	const checks = new Checks("cut", ROUND_TIMEOUT_MS);
	for (const lineup of LINEUPS.split(/[ ,]+/)) {
		await runOne(lineup, checks).catch((error) => checks.fail(lineup, error));
	}
	process.exit(checks.finish());
}

async function runOne(lineup, checks) {
	const classPath = [path.join(APPS, lineup, "*"), STARTER].join(path.delimiter);
	const properties = { "hawser.loops": LOOPS, "hawser.max-connections": MAX_CONNECTIONS };
	const application = await Application.start(JAVA, classPath, properties, path.join(OUT, `${lineup}-cut.log`));
	try {
		await measure(application, `${lineup} cold`);
		// The first crowd makes the server start its threads and load its classes.
		await round(application, 0);
		const start = await measure(application, `${lineup} start`);
		for (let number = 1; number <= ROUNDS; number++) {
			await checks.check(`${lineup}: round ${number}: what ${CROWD} connections held has come back`, async () => {
				const full = await round(application, number);
				assert.deepEqual([full.sessions, full.registered], [CROWD, CROWD]);
				await measure(application, `${lineup} ${number}`, (now) => isBack(now, start));
			});
		}
		await checks.check(`${lineup}: nobody was refused`, async () => assert.equal((await look(application)).refused, 0));
	} finally {
		await application.end();
	}
}

/** One crowd comes and is cut; resolves, with what there was at its height, when it is gone. */
async function round(application, number) {
	const { port } = new URL(application.url);
	const crowd = spawn(process.execPath, [path.join(__dirname, "crowd.js"), port, "/ws/text", String(CROWD), `127.0.1.${number + 1}`],
		{ stdio: ["ignore", "pipe", "inherit"] });
	try {
		const [said] = await once(crowd.stdout.setEncoding("utf8"), "data");
		assert.equal(said.trim(), "ready");
		return await look(application);
	} finally {
		crowd.kill("SIGKILL");
		await once(crowd, "close");
	}
}

function isBack(now, start) {
	return now.sessions === 0 && now.registered === 0 && now.connections <= start.connections &&
		now.files <= start.files + 2 * POOLED_PER_LOOP * LOOPS && now.loopback <= POOLED_PER_LOOP * LOOPS + 1 && now.threads <= start.threads + OTHER_THREADS;
}

/** Looks until it is as expected, and prints what it was last; a check's time limit ends the wait. */
async function measure(application, label, isExpected = (now) => now.sessions === 0 && now.registered === 0) {
	let last;
	const printed = setTimeout(() => console.log(`      ${label} still: ${JSON.stringify(last)}`), ROUND_TIMEOUT_MS - 1_000);
	last = await until(async () => (last = await look(application)), isExpected);
	clearTimeout(printed);
	console.log(`      ${label}: ${Object.entries(last).map(([name, value]) => `${name} ${value}`).join(", ")}`);
	return last;
}

/** What the application, its engine and the system say it holds. */
async function look({ url, pid, log }) {
	// On a connection of its own, so that none is left open from the last look.
	const { engine, openSessions } = await (await fetch(`${url}api/what`, { headers: { connection: "close" } })).json();
	assert.equal(engine.failure, undefined);
	const behind = /behind it on (\d+)/.exec(log)[1];
	return {
		sessions: engine.openSessions, registered: openSessions.length, connections: engine.openConnections, refused: engine.refusedOverLimit,
		loopback: connectionsTo(pid, Number(behind)), files: fs.readdirSync(`/proc/${pid}/fd`).length,
		threads: fs.readdirSync(`/proc/${pid}/task`).length,
		residentMb: Math.round(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1] / 1024),
	};
}

/** How many established connections a local port has. */
function connectionsTo(pid, port) {
	const local = new RegExp(`^ *\\d+: [0-9A-F]+:${port.toString(16).toUpperCase().padStart(4, "0")} [0-9A-F:]+ 01 `, "gm");
	return ["tcp", "tcp6"].map((file) => fs.readFileSync(`/proc/${pid}/net/${file}`, "utf8").match(local)?.length ?? 0).reduce((a, b) => a + b);
}

main();
