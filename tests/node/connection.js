// One connection of the npm package ws, whose messages, pongs and end can be waited for instead of polled for. Knows no server, checks
// nothing, and does not load the package: each folder of tests has its own.
"use strict";

const { once } = require("node:events");

class Connection {
	/** Takes a socket that is about to open; returns it when it has. */
	static async opened(socket) {
		const connection = new Connection();
		connection.socket = socket;
		connection.messages = [];
		connection.waiting = [];
		socket.on("message", (data, isBinary) => connection.#arrived({ data, isBinary }));
		socket.on("upgrade", (response) => (connection.response = response));
		connection.closed = new Promise((resolve) => {
			socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
		});
		await once(socket, "open");
		socket.on("error", () => {}); // the close event that follows carries what a check looks at
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

	/** Sends and returns the message that comes back. */
	echo(payload, options) {
		this.socket.send(payload, options);
		return this.next();
	}

	/** Sends and returns the text that comes back. */
	async ask(payload) {
		return (await this.echo(payload)).data.toString();
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
