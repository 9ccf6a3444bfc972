// One connection of the npm package ws, whose messages and end can be waited for. Knows no server and checks nothing.
"use strict";

const { once } = require("node:events");
const WebSocket = require("ws");

class Connection {
	static async open(url, { protocols = [], ...options } = {}) {
		const connection = new Connection();
		connection.socket = new WebSocket(url, protocols, options);
		connection.messages = [];
		connection.waiting = [];
		connection.socket.on("message", (data, isBinary) => connection.#arrived({ data, isBinary }));
		connection.socket.on("upgrade", (response) => (connection.response = response));
		connection.closed = new Promise((resolve) => {
			connection.socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
		});
		await once(connection.socket, "open");
		connection.socket.on("error", () => {}); // the close event that follows carries what a check looks at
		connection.closed.then((how) => {
			connection.end = new Error(`closed with ${how.code} ${how.reason}`);
			connection.waiting.forEach((waiter) => waiter.reject(connection.end));
		});
		return connection;
	}

	#arrived(message) {
		const waiter = this.waiting.shift();
		if (waiter) waiter.resolve(message);
		else this.messages.push(message);
	}

	next() {
		if (this.messages.length > 0) return Promise.resolve(this.messages.shift());
		if (this.end) return Promise.reject(this.end);
		return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
	}

	async nextText() {
		return (await this.next()).data.toString();
	}

	/** Sends and returns the text that comes back. */
	async ask(payload) {
		this.socket.send(payload);
		return this.nextText();
	}

	/** The address that the server should see. */
	get address() {
		return `127.0.0.1:${this.socket._socket.localPort}`;
	}

	async close(code = 1000, reason = "") {
		this.socket.close(code, reason);
		return this.closed;
	}
}

module.exports = { Connection };
