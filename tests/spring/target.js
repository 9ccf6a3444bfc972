// The application under test: its addresses, what it says of its sessions, and who is expected to serve them: its own servlet
// container, or Hawser in front of it. Knows the application's /api; checks nothing but who served.
"use strict";

const assert = require("node:assert/strict");
const http = require("node:http");
const https = require("node:https");
const WebSocket = require("ws");
const { Connection } = require("../node/connection");
const { until } = require("../node/checks");

const BASIC = (user, password) => ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` });
const ALICE = BASIC("alice", "wonderland");
const ADMIN = BASIC("admin", "secret");

class Target {
	/** `url` ends with a slash; `engine` is "hawser" or "none". */
	static async at(url, engine) {
		const target = new Target();
		target.url = new URL(url);
		target.engine = engine;
		target.what = await target.json("api/what");
		target.onJetty = /jetty/i.test(target.what.server);
		// Jetty 12.0 by itself sends its 101 without the headers that interceptors and filters have set.
		target.keepsHeaders = target.byEngine || !/jetty\/12\.0\./i.test(target.what.server);
		return target;
	}

	get byEngine() {
		return this.engine === "hawser";
	}

	httpUrl(path) {
		return new URL(path, this.url).href;
	}

	webSocketUrl(path) {
		return this.httpUrl(path).replace(/^http/, "ws");
	}

	fetch(path, options = {}) {
		return fetch(this.httpUrl(path), { redirect: "manual", ...options });
	}

	async json(path, options) {
		const response = await this.fetch(path, options);
		assert.equal(response.status, 200, `${path} answers ${response.status}`);
		return response.json();
	}

	open(path, { protocols = [], ...options } = {}) {
		return Connection.opened(new WebSocket(this.webSocketUrl(path), protocols, options));
	}

	/** Sends an opening handshake as it is written here, and returns the answer: { status, headers, body, socket }. */
	upgrade(path, { headers = {}, agent } = {}) {
		return this.request(path, {
			agent,
			headers: {
				connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", ...headers,
			},
		});
	}

	/** Sends a request whose path nobody puts in order on the way; returns { status, headers, body, socket }. */
	request(path, { body, ...options } = {}) {
		const { hostname, port, protocol, pathname } = this.url;
		const agentOrNew = options.agent ?? false;
		return new Promise((resolve, reject) => {
			const request = (protocol === "https:" ? https : http).request({ host: hostname, port, path: pathname + path, ...options, agent: agentOrNew });
			request.on("error", reject);
			request.on("upgrade", (response, socket) => resolve({ status: response.statusCode, headers: response.headers, body: "", socket }));
			request.on("response", (response) => {
				let text = "";
				response.setEncoding("utf8").on("data", (data) => (text += data)).on("error", reject);
				response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body: text, socket: request.socket }));
			});
			request.end(body);
		});
	}

	/** What the application knows of a session that is open, after a look at who serves it. */
	async served(id) {
		const session = await this.json(`api/sessions/${id}`);
		this.assertServed(session);
		return session;
	}

	/** The same for a connection of a handler that answers "id". */
	async servedTo(connection) {
		const session = await this.served(await connection.ask("id"));
		assert.equal(session.standard, this.byEngine || !this.onJetty, "can be cast to StandardWebSocketSession");
		return session;
	}

	assertServed(session) {
		const own = /^io\.hawser\./;
		// SockJS has a session of its own around the one that is served.
		const isSockJs = /\.sockjs\./.test(session.class);
		for (const name of isSockJs ? [session.nativeClass] : [session.class, session.nativeClass]) {
			assert.equal(own.test(name), this.byEngine, `${name} should ${this.byEngine ? "" : "not "}be of Hawser`);
		}
	}

	/** How a session ended, once it has: the closings that its handler was told of. */
	async closingsOf(id) {
		const session = await until(() => this.json(`api/sessions/${id}`), (answer) => answer.closings && !answer.open);
		return session.closings;
	}

	/**
	 * Runs a check and asserts what the engine had to do for it: how many handshakes it accepted and how many it passed through to
	 * the container. Without an engine there must be none.
	 */
	async counted({ accepted = 0, tunnelled = 0 } = {}, body) {
		const before = await this.#counters();
		await body();
		const after = await this.#counters();
		if (this.byEngine) {
			const difference = { accepted: after.accepted - before.accepted, tunnelled: after.tunnelled - before.tunnelled };
			assert.deepEqual(difference, { accepted, tunnelled }, "handshakes that the engine saw");
		}
	}

	async #counters() {
		const { engine } = await this.json("api/what");
		assert.equal(engine.failure, undefined);
		assert.equal(engine.present, this.byEngine, "the application has an engine");
		return engine;
	}
}

module.exports = { Target, ALICE, ADMIN, BASIC };
