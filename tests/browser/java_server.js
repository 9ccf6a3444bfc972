// Starts a Java program, learns from its output where it listens, and stops it by its pid.
// Knows nothing of what the program serves.
"use strict";

const { spawn } = require("node:child_process");
const { once } = require("node:events");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(143));

const firstAddress = (log) => /https?:\/\/[\w.:[\]]+(?=[/\s])/.exec(log)?.[0];

class JavaServer {
	/** Runs `java ARGUMENTS` and resolves when its output shows an http:// or https:// address, or what `addressIn` finds there. */
	static async start(name, args, env = {}, addressIn = firstAddress) {
		const server = new JavaServer();
		server.log = "";
		server.child = spawn(process.env.HAWSER_JAVA || "java", args, {
			stdio: ["ignore", "pipe", "pipe"],
			env: { ...process.env, ...env },
		});
		running.add(server.child);
		server.ended = new Promise((resolve) => {
			server.child.once("close", resolve);
			server.child.once("error", (error) => resolve((server.log += error.message)));
		});
		const file = fs.createWriteStream(path.join(process.env.HAWSER_BROWSER_OUT, `${name}.log`), { flags: "a" });
		const listening = new Promise((resolve) => {
			for (const stream of [server.child.stdout, server.child.stderr]) {
				stream.pipe(file, { end: false });
				stream.on("data", (data) => {
					server.log += data;
					const address = addressIn(server.log);
					if (address) resolve(address);
				});
			}
		});
		server.url = await Promise.race([listening, server.#failure(name)]);
		return server;
	}

	async #failure(name) {
		const timeout = new Promise((resolve) => setTimeout(resolve, START_TIMEOUT_MS).unref());
		await Promise.race([this.ended, timeout]);
		const fate = this.isRunning() ? "still runs" : `ended with status ${this.child.exitCode}`;
		throw new Error(`${name} printed no address and ${fate}; it printed: ${this.log}`);
	}

	isRunning() {
		return this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined;
	}

	/** Ends the process; SIGKILL is a crash, SIGTERM a restart as an operator does it. */
	async stop(signal = "SIGTERM") {
		if (this.isRunning()) {
			this.child.kill(signal);
			const hard = setTimeout(() => this.child.kill("SIGKILL"), STOP_TIMEOUT_MS);
			await this.ended;
			clearTimeout(hard);
		}
		running.delete(this.child);
	}
}

/** A port that was free a moment ago, for a server that must come back on the same one. */
async function freePort() {
	const probe = net.createServer().listen(0, "127.0.0.1");
	await once(probe, "listening");
	const { port } = probe.address();
	probe.close();
	await once(probe, "close");
	return port;
}

module.exports = { JavaServer, freePort };
