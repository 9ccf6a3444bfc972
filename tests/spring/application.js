// The acceptance application as a process: starts it, learns from its output where it listens, and ends it by its pid.
"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");

const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 30_000;
const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(143));

class Application {
	/** `classPath` as java takes it; `properties` as Spring Boot takes them; all output goes to `logFile`. */
	static async start(java, classPath, properties, logFile) {
		const application = new Application();
		application.log = "";
		// The Netty of Boot 3.5 makes Java 24 and later warn, unless it is told to do without Unsafe.
		application.child = spawn(java, ["-Xmx512m", "-Dio.netty.noUnsafe=true", "-cp", classPath, "io.hawser.acceptance.AcceptanceApplication",
			...Object.entries(properties).map(([name, value]) => `--${name}=${value}`)], { stdio: ["ignore", "pipe", "pipe"] });
		running.add(application.child);
		application.ended = new Promise((resolve) => {
			application.child.once("close", (code, signal) => resolve(signal ?? code));
			application.child.once("error", (error) => resolve((application.log += error.message)));
		});
		application.ended.then(() => running.delete(application.child));
		const file = fs.createWriteStream(logFile);
		const ready = new Promise((resolve) => {
			for (const stream of [application.child.stdout, application.child.stderr]) {
				stream.setEncoding("utf8").pipe(file, { end: false });
				stream.on("data", (text) => {
					application.log += text;
					const found = /^acceptance application: (https?):\/\/127\.0\.0\.1:\d+(\S*) actuator port (\d+)$/m.exec(application.log);
					if (found) resolve(found);
				});
			}
		});
		const [line, , , actuatorPort] = await Promise.race([ready, application.#failure()]);
		application.url = /http\S+/.exec(line)[0];
		const url = new URL(application.url);
		application.actuatorUrl = actuatorPort === url.port ? application.url : `${url.protocol}//127.0.0.1:${actuatorPort}/`;
		return application;
	}

	async #failure() {
		const fate = await Promise.race([this.ended, new Promise((resolve) => setTimeout(resolve, START_TIMEOUT_MS, "it still runs").unref())]);
		throw new Error(`the application was not ready (${fate}); it printed: ${this.log.slice(-2000)}`);
	}

	get pid() {
		return this.child.pid;
	}

	/** Returns the exit code, or the name of the signal that ended it; one that hears no SIGTERM is ended by force. */
	async end() {
		this.child.kill("SIGTERM");
		const force = setTimeout(() => this.child.kill("SIGKILL"), STOP_TIMEOUT_MS);
		const fate = await this.ended;
		clearTimeout(force);
		return fate;
	}

	/** Lines of the log that should not be there. */
	complaints() {
		return this.log.split("\n").filter((line) => /\b(WARN|ERROR) \d+ ---|^WARNING:|^Exception in thread/.test(line));
	}
}

module.exports = { Application };
