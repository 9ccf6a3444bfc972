// One connection of the npm package ws, whose messages and end can be waited for. Knows no server and checks nothing.
"use strict";

const { once } = require("node:events");
const WebSocket = require("ws");

/** ws's own limit must stay above the server's, so that only the server's limit is seen. */
const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

/** One connection: waits for messages, pongs and the end instead of polling for them. */
class Client {
	static async open(url, options = {}) {
		const client = new Client();
		client.socket = new WebSocket(url, [], { maxPayload: MAX_PAYLOAD_BYTES, ...options });
		client.messages = [];
		client.waiting = [];
		client.socket.on("message", (data, isBinary) => client.#arrived({ data, isBinary }));
		client.socket.on("upgrade", (response) => (client.response = response));
		client.closed = new Promise((resolve) => {
			client.socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
		});
		await once(client.socket, "open");
		client.socket.on("error", () => {}); // the close event that follows carries what a check looks at
		client.closed.then((how) => client.waiting.forEach((w) => w.reject(new Error(`closed with ${how.code}`))));
		return client;
	}

	#arrived(message) {
		const waiter = this.waiting.shift();
		if (waiter) waiter.resolve(message);
		else this.messages.push(message);
	}

	next() {
		if (this.messages.length > 0) return Promise.resolve(this.messages.shift());
		return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
	}

	async echo(payload, options) {
		this.socket.send(payload, options);
		return this.next();
	}

	async close(code = 1000, reason = "") {
		this.socket.close(code, reason);
		return this.closed;
	}
}

module.exports = { Client };
