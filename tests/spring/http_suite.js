// Everything beside the WebSockets on the same port: REST, files, streams, the actuator; and the container's own WebSocket endpoint.
"use strict";

const assert = require("node:assert/strict");
const http = require("node:http");
const https = require("node:https");
const zlib = require("node:zlib");

async function run(target, check) {
	await files(target, check);
	await bodies(target, check);
	await connections(target, check);
	await container(target, check);
}

async function files(target, check) {
	await check("a static file, its part and its 304", {}, async () => {
		const file = await target.fetch("file.txt");
		assert.equal(await file.text(), "A file as it lies on the disk.\n");
		const part = await target.fetch("file.txt", { headers: { range: "bytes=2-5" } });
		assert.deepEqual([part.status, await part.text()], [206, "file"]);
		const again = await target.fetch("file.txt", { headers: { "if-modified-since": file.headers.get("last-modified") } });
		assert.equal(again.status, 304);
		const head = await target.fetch("file.txt", { method: "HEAD" });
		assert.deepEqual([head.status, head.headers.get("content-length")], [200, "31"]);
	});
	await check("what is not there gets 404", {}, async () => {
		assert.equal((await target.fetch("nowhere")).status, 404);
	});
	await check("the actuator reports health and metrics", {}, async () => {
		const actuator = (path) => fetch(new URL(path, process.env.ACTUATOR_URL));
		assert.equal((await (await actuator("actuator/health")).json()).status, "UP");
		assert.equal((await actuator("actuator/metrics/jvm.memory.used")).status, 200);
	});
}

async function bodies(target, check) {
	await check("5 MiB go up, with a length and in chunks", {}, async () => {
		const body = Buffer.from(Array.from({ length: 5 * 1024 * 1024 }, (_, i) => (i * 31) % 256));
		const expected = { bytes: body.length, crc32: crc32(body) };
		assert.deepEqual(await target.json("api/upload", { method: "POST", body }), expected);
		const chunked = await target.json("api/upload", { method: "POST", body: new Blob([body]).stream(), duplex: "half" });
		assert.deepEqual(chunked, expected);
	});
	await check("a body that waits for 100-continue goes up", {}, async () => {
		const { protocol, hostname, port, pathname } = target.url;
		const answer = await new Promise((resolve, reject) => {
			const request = (protocol === "https:" ? https : http).request({
				host: hostname, port, path: `${pathname}api/upload`, method: "POST", agent: false, headers: { expect: "100-continue", "content-length": 4 },
			});
			request.on("continue", () => request.end("wait")).on("error", reject);
			request.on("response", (response) => {
				let text = "";
				response.on("data", (data) => (text += data)).on("end", () => resolve(JSON.parse(text)));
			});
			request.flushHeaders();
		});
		assert.equal(answer.bytes, 4);
	});
	await check("8 MiB come down in chunks", {}, async () => {
		const bytes = Buffer.from(await (await target.fetch(`api/download?bytes=${8 * 1024 * 1024}`)).arrayBuffer());
		assert.equal(bytes.length, 8 * 1024 * 1024);
		assert.ok(bytes.every((byte, i) => byte === i % 251), "the bytes came back changed");
	});
	await check("events arrive one by one while the answer is open", {}, async () => {
		const stream = `${process.pid}-${Date.now()}`;
		const answer = await target.fetch(`api/events/${stream}`);
		const events = answer.body.getReader();
		let text = "";
		const read = async (event) => {
			while (!text.includes(`data:${event}`)) {
				const { value, done } = await events.read();
				assert.equal(done, false, `the stream ended before ${event}`);
				text += Buffer.from(value);
			}
		};
		await read("opened");
		for (const event of ["first", "second", "last"]) {
			assert.equal((await target.fetch(`api/events/${stream}/${event}`, { method: "POST" })).status, 200);
			await read(event);
		}
		while (!(await events.read()).done); // the answer ends
	});
}

async function connections(target, check) {
	const module = target.url.protocol === "https:" ? https : http;
	await check("a request sees its client, on a connection that is kept", {}, async () => {
		const agent = new module.Agent({ keepAlive: true, maxSockets: 1 });
		const ports = new Set();
		for (let i = 0; i < 20; i++) {
			const { body, socket } = await target.request("api/request", { agent });
			const seen = JSON.parse(body);
			assert.equal(seen.scheme, target.url.protocol.slice(0, -1));
			assert.equal(seen.secure, seen.scheme === "https");
			assert.equal(seen.url, target.httpUrl("api/request"));
			assert.deepEqual(seen.headers.filter((name) => /hawser/i.test(name)), []);
			assert.equal(seen.remote, `127.0.0.1:${socket.localPort ?? [...ports][0]}`);
			ports.add(socket.localPort);
		}
		agent.destroy();
		assert.equal(ports.size, 1);
	});
	await check("an upgrade is accepted on a connection that has carried requests, and one that was refused", { accepted: 1 }, async () => {
		const agent = new module.Agent({ keepAlive: true, maxSockets: 1 });
		const ports = new Set();
		agent.on("free", (socket) => ports.add(socket.localPort));
		assert.equal((await target.request("api/request", { agent })).status, 200);
		assert.equal((await target.upgrade("secured/ws", { agent })).status, 401);
		assert.equal((await target.request("api/request", { agent })).status, 200);
		const { status, socket } = await target.upgrade("ws/text", { agent });
		assert.equal(status, 101);
		ports.add(socket.localPort);
		assert.equal(ports.size, 1);
		socket.destroy();
		agent.destroy();
	});
	await check("50 requests at once are all answered", {}, async () => {
		const answers = await Promise.all(Array.from({ length: 50 }, () => target.fetch("api/download?bytes=100000")));
		for (const answer of answers) assert.equal((await answer.arrayBuffer()).byteLength, 100_000);
	});
	await check("a download that is broken off harms nobody", {}, async () => {
		const abort = new AbortController();
		const answer = await target.fetch(`api/download?bytes=${64 * 1024 * 1024}`, { signal: abort.signal });
		await answer.body.getReader().read();
		abort.abort();
		assert.equal((await target.fetch("file.txt")).status, 200);
	});
}

async function container(target, check) {
	await check("a @ServerEndpoint is the container's own", { tunnelled: 1 }, async () => {
		const connection = await target.open("annotated/harbour");
		assert.equal(await connection.ask("ahoy"), "harbour: ahoy");
		assert.match(await connection.ask("class"), /^org\.(apache|eclipse)\./);
		connection.socket.send(Buffer.from([1, 2, 3]));
		assert.deepEqual([...(await connection.next()).data], [1, 2, 3]);
		connection.socket.ping();
		assert.equal((await connection.close(4000, "done")).code, 4000);
	});
}

/** node:zlib has it from Node 22 on. */
function crc32(bytes) {
	if (zlib.crc32) return zlib.crc32(bytes);
	const table = Uint32Array.from({ length: 256 }, (_, n) => {
		for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
		return n;
	});
	return (bytes.reduce((crc, byte) => table[(crc ^ byte) & 255] ^ (crc >>> 8), -1) ^ -1) >>> 0;
}

module.exports = { run };
