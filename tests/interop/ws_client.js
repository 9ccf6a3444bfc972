// Checks an echo server of Hawser with the npm package ws, which offers compression: what must hold whether the server
// takes it or not. Knows the server's URL and what a WebSocket client may expect; nothing of how the server is started.
"use strict";

const assert = require("node:assert/strict");
const { once } = require("node:events");
const http = require("node:http");
const WebSocket = require("ws");
const { runChecks } = require("../node/checks");
const { open } = require("./ws_connection");

const URL_ECHO = process.env.HAWSER_URL;
const LIMIT_BYTES = 16 * 1024 * 1024;

async function withClient(check) {
	const client = await open(URL_ECHO);
	try {
		await check(client);
		assert.equal((await client.close()).code, 1000);
	} finally {
		client.socket.terminate();
	}
}

async function textComesBack(text) {
	await withClient(async (client) => {
		const { data, isBinary } = await client.echo(text);
		assert.equal(isBinary, false, "the echo of a text is a text");
		assert.equal(data.toString(), text);
	});
}

async function binaryComesBack(lengthBytes) {
	const payload = Buffer.alloc(lengthBytes);
	for (let i = 0; i < lengthBytes; i++) payload[i] = (i * 31 + (i >> 8)) & 0xff;
	await withClient(async (client) => {
		const { data, isBinary } = await client.echo(payload);
		assert.equal(isBinary, true, "the echo of a binary is a binary");
		assert.ok(data.equals(payload), `${data.length} bytes came back changed, ${lengthBytes} were sent`);
	});
}

async function endsWith(code, misbehave) {
	const client = await open(URL_ECHO);
	misbehave(client.socket);
	const how = await client.closed;
	assert.equal(how.code, code, `code ${how.code} reason "${how.reason}"`);
}

function refusedStatus(url) {
	return new Promise((resolve, reject) => {
		const socket = new WebSocket(url);
		socket.on("open", () => reject(new Error("the handshake was accepted")));
		socket.on("error", reject);
		socket.on("unexpected-response", (_, response) => {
			let body = "";
			response.on("data", (data) => (body += data)).on("end", () => resolve({ response, body }));
		});
	});
}

function plainGet(url) {
	return new Promise((resolve, reject) => {
		http.get(url.replace("ws:", "http:"), (response) => {
			let body = "";
			response.on("data", (data) => (body += data)).on("end", () => resolve({ response, body }));
		}).on("error", reject);
	});
}

/** Sends `count` numbered messages without waiting and reads the echoes: all there, in order. */
async function numberedMessages(clientName, count) {
	await withClient(async (client) => {
		for (let i = 0; i < count; i++) client.socket.send(`${clientName}-${i}`);
		for (let i = 0; i < count; i++) assert.equal((await client.next()).data.toString(), `${clientName}-${i}`);
	});
}

const CHECKS = {
	"a text comes back as text": () => textComesBack("Hello, Hawser"),
	"umlauts, CJK and emoji come back": () => textComesBack("Grüße 你好 👩‍👩‍👧‍👦 🏳️‍🌈 \u{10ffff}"),
	"a NUL inside a text comes back": () => textComesBack("a\u0000b\u0000"),
	"an empty text comes back": () => textComesBack(""),
	"an empty binary comes back": () => binaryComesBack(0),
	"a text of 1 MiB comes back": () => textComesBack("é".repeat(512 * 1024)),
	"1 MiB of binary comes back": () => binaryComesBack(1024 * 1024),
	"binary one byte under the limit comes back": () => binaryComesBack(LIMIT_BYTES - 1),
	"binary of exactly the limit comes back": () => binaryComesBack(LIMIT_BYTES),
	"binary of one byte over the limit is closed with 1009": () =>
		endsWith(1009, (socket) => socket.send(Buffer.alloc(LIMIT_BYTES + 1))),
	"fragments that add up to over the limit are closed with 1009": () =>
		endsWith(1009, (socket) => {
			for (let i = 0; i < 16; i++) socket.send(Buffer.alloc(1024 * 1024), { fin: false });
			socket.send(Buffer.alloc(1), { fin: true });
		}),
	"fragments arrive as one message, also around a ping": () =>
		withClient(async (client) => {
			const bytes = Buffer.from("ein 🚀 in Stücken");
			const pong = once(client.socket, "pong");
			for (const byte of bytes.subarray(0, -1)) client.socket.send(Buffer.of(byte), { fin: false, binary: false });
			client.socket.ping("between");
			client.socket.send(bytes.subarray(-1), { fin: true, binary: false });
			assert.equal((await pong)[0].toString(), "between");
			assert.equal((await client.next()).data.toString(), bytes.toString());
		}),
	"a ping is answered with its payload": () =>
		withClient(async (client) => {
			for (const payload of ["", "are you there?", "x".repeat(125)]) {
				client.socket.ping(payload);
				assert.equal((await once(client.socket, "pong"))[0].toString(), payload);
			}
		}),
	"an unsolicited pong is ignored": () =>
		withClient(async (client) => {
			client.socket.pong("nobody asked");
			assert.equal((await client.echo("still here")).data.toString(), "still here");
		}),
	"the client's close code comes back": async () => {
		const client = await open(URL_ECHO);
		assert.equal((await client.close(4001, "bye")).code, 4001);
	},
	"an empty close frame is answered with an empty one": async () => {
		const client = await open(URL_ECHO);
		client.socket.close();
		assert.equal((await client.closed).code, 1005);
	},
	"invalid UTF-8 is closed with 1007": () =>
		endsWith(1007, (socket) => socket.send(Buffer.from([0x61, 0xed, 0xa0, 0x80]), { binary: false })),
	"invalid UTF-8 in an unfinished fragment is closed with 1007": () =>
		endsWith(1007, (socket) => socket.send(Buffer.from([0x61, 0xff]), { binary: false, fin: false })),
	"a subprotocol nobody speaks is left out of the answer": async () => {
		const socket = new WebSocket(URL_ECHO, ["chat.example"]);
		// ws itself fails a handshake whose subprotocol was not chosen, so the answer is read before it does.
		socket.on("error", () => {});
		const [response] = await once(socket, "upgrade");
		socket.terminate();
		assert.equal(response.statusCode, 101);
		assert.equal(response.headers["sec-websocket-protocol"], undefined);
	},
	"a path without a handler is refused with 404 and a body": async () => {
		const { response, body } = await refusedStatus(URL_ECHO + "-nowhere");
		assert.equal(response.statusCode, 404);
		assert.notEqual(body, "");
	},
	"a plain GET on the WebSocket path is told to upgrade": async () => {
		const { response, body } = await plainGet(URL_ECHO);
		assert.equal(response.statusCode, 426);
		assert.equal(response.headers["sec-websocket-version"], "13");
		assert.notEqual(body, "");
	},
	"100 clients send 100 messages each and get them back in order": () =>
		Promise.all(Array.from({ length: 100 }, (_, i) => numberedMessages(`client-${i}`, 100))),
	"one client pipelines 10000 messages": () => numberedMessages("pipeline", 10_000),
};

runChecks(process.env.HAWSER_LABEL, CHECKS);
