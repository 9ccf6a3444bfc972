// Checks with undici, the WebSocket inside Node, that compression is agreed on and inflates there. It compresses nothing itself.
// Knows the URLs of two servers, with and without context takeover, and of one with TLS.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const { Agent, WebSocket, buildConnector } = require("undici");
const { runChecks } = require("../node/checks");
const { hexText, jsonText } = require("./texts");

const MEGABYTE = 1_000_000;

/** A connection whose TCP socket is known, so that its bytes can be counted. */
async function connection(url, tls = {}) {
	const connect = buildConnector(tls);
	const found = {};
	const dispatcher = new Agent({
		connect: (options, callback) => connect(options, (error, tcp) => callback(error, (found.tcp = tcp))),
	});
	const socket = new WebSocket(url, { dispatcher });
	await new Promise((resolve, reject) => {
		socket.onopen = resolve;
		socket.onerror = (event) => reject(event.error ?? new Error("not opened"));
	});
	const next = () =>
		new Promise((resolve, reject) => {
			socket.onmessage = (event) => resolve(event.data);
			socket.onclose = (event) => reject(new Error(`closed with ${event.code}`));
		});
	return {
		socket,
		async echo(text) {
			const before = found.tcp.bytesRead;
			const answer = next();
			socket.send(text);
			assert.ok((await answer) === text, "the text came back changed");
			return found.tcp.bytesRead - before;
		},
		close: () =>
			new Promise((resolve) => {
				socket.onclose = (event) => resolve(event.code);
				socket.close(1000);
			}),
	};
}

async function megabyte(url, extensions, tls) {
	const client = await connection(url, tls);
	assert.equal(client.socket.extensions, extensions);
	const receivedBytes = await client.echo(jsonText(MEGABYTE));
	assert.ok(receivedBytes < MEGABYTE / 2, `${receivedBytes} bytes were received`);
	assert.equal(await client.close(), 1000);
}

const ALONE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

runChecks("undici", {
	"compression is agreed on, and 1 MB of text goes both ways": () => megabyte(process.env.HAWSER_URL_DEFLATE, ALONE),
	"with context takeover as well": () => megabyte(process.env.HAWSER_URL_TAKEOVER, "permessage-deflate"),
	"over wss as well": () =>
		megabyte(process.env.HAWSER_URL_TLS, ALONE, { ca: fs.readFileSync(process.env.HAWSER_CA) }),
	"with context takeover a repeated text costs next to nothing": async () => {
		const client = await connection(process.env.HAWSER_URL_TAKEOVER);
		const text = hexText(4096);
		await client.echo(text);
		const receivedBytes = await client.echo(text);
		assert.ok(receivedBytes < text.length / 4, `${receivedBytes} bytes were received`);
		assert.equal(await client.close(), 1000);
	},
});
