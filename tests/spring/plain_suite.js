// Plain handlers: text, binary, pieces, limits, closing, and who is told of it. Knows the handlers of the acceptance application.
"use strict";

const assert = require("node:assert/strict");
const { once } = require("node:events");

async function run(target, check) {
	await messages(target, check);
	await limits(target, check);
	await endings(target, check);
	await many(target, check);
}

async function messages(target, check) {
	await check("a text comes back as text", { accepted: 1 }, async () => {
		const connection = await target.open("ws/text");
		for (const text of ["Hello", "", "Grüße 你好 👩‍👩‍👧‍👦 \u{10ffff}", "a\u0000b", "é".repeat(30_000)]) {
			connection.socket.send(text);
			const { data, isBinary } = await connection.next();
			assert.equal(isBinary, false);
			assert.ok(data.toString() === text, "the text came back changed");
		}
		await target.servedTo(connection);
		await connection.close();
	});
	await check("binary comes back as binary", { accepted: 1 }, async () => {
		const connection = await target.open("ws/binary");
		for (const bytes of [Buffer.alloc(0), Buffer.from([0, 255, 128]), Buffer.alloc(60_000, 7)]) {
			connection.socket.send(bytes);
			const { data, isBinary } = await connection.next();
			assert.equal(isBinary, true);
			assert.ok(data.equals(bytes), "the bytes came back changed");
		}
		await connection.close();
	});
	await check("what a handler does not take is closed with 1003", { accepted: 2 }, async () => {
		const texts = await target.open("ws/text");
		texts.socket.send(Buffer.from([1]));
		assert.equal((await texts.closed).code, 1003);
		const binaries = await target.open("ws/binary");
		binaries.socket.send("text");
		assert.equal((await binaries.closed).code, 1003);
	});
	await check("fragments arrive as one message, also around a ping", { accepted: 1 }, async () => {
		const connection = await target.open("ws/text");
		const pong = once(connection.socket, "pong");
		for (const part of ["in ", "three "]) connection.socket.send(part, { fin: false });
		connection.socket.ping("between");
		connection.socket.send("pieces", { fin: true });
		assert.equal((await pong)[0].toString(), "between");
		assert.equal(await connection.nextText(), "in three pieces");
		await connection.close();
	});
	await check("a handler that takes pieces gets them all", { accepted: 1 }, async () => {
		const connection = await target.open("ws/partial");
		connection.socket.send("x".repeat(30_000), { fin: false });
		connection.socket.send("y".repeat(30_000), { fin: true });
		assert.equal(await connection.nextText(), "total 60000");
		assert.equal(await connection.ask("once more"), "total 9");
		await connection.close();
	});
	await check("the server's ping is answered, and its handler is told", { accepted: 1 }, async () => {
		const connection = await target.open("ws/text");
		assert.equal(await connection.ask("ping"), "pong are you there?");
		await connection.close();
	});
	await check("each connection has a handler of its own where the application says so", { accepted: 2 }, async () => {
		const [one, two] = [await target.open("ws/counting"), await target.open("ws/counting")];
		assert.equal(await one.ask("a"), "1 a");
		assert.equal(await one.ask("b"), "2 b");
		assert.equal(await two.ask("c"), "1 c");
		await Promise.all([one.close(), two.close()]);
	});
}

async function limits(target, check) {
	const limit = target.what.limitBytes;
	await check("the container's limits are the session's", { accepted: 1 }, async () => {
		const connection = await target.open("ws/text");
		const session = await target.servedTo(connection);
		assert.deepEqual([session.textLimit, session.binaryLimit], [limit, limit]);
		await connection.close();
	});
	await check("a message of exactly the limit passes, one more byte is closed with 1009", { accepted: 4 }, async () => {
		for (const [path, message] of [["ws/text", (length) => "x".repeat(length)], ["ws/binary", (length) => Buffer.alloc(length)]]) {
			// Without compression, because Tomcat cuts a compressed message that is a little too long off and delivers the rest.
			const below = await target.open(path, { perMessageDeflate: false });
			below.socket.send(message(limit));
			assert.equal((await below.next()).data.length, limit);
			await below.close();
			const above = await target.open(path, { perMessageDeflate: false });
			above.socket.send(message(limit + 1));
			assert.equal((await above.closed).code, 1009);
		}
	});
	await check("a compressed message that inflates to more than the limit is closed with 1009", { accepted: 2 }, async () => {
		for (const [path, message] of [["ws/text", "x".repeat(4 * limit)], ["ws/binary", Buffer.alloc(4 * limit)]]) {
			const connection = await target.open(path);
			connection.socket.send(message);
			assert.equal((await connection.closed).code, 1009);
		}
	});
	await check("a session's own limits hold from then on", { accepted: 1 }, async () => {
		const connection = await target.open("ws/small");
		assert.equal(await connection.nextText(), "limits 1024 1024");
		assert.equal(await connection.ask("x".repeat(1024)), "x".repeat(1024));
		connection.socket.send("x".repeat(1025));
		assert.equal((await connection.closed).code, 1009);
	});
}

async function endings(target, check) {
	await check("the client's close code comes back, and the handler is told of it once", { accepted: 1 }, async () => {
		const connection = await target.open("ws/text");
		const id = await connection.ask("id");
		assert.deepEqual(await connection.close(4001, "bye"), { code: 4001, reason: "bye" });
		assert.deepEqual(await target.closingsOf(id), ["4001 bye"]);
	});
	await check("the handler's close reaches the client, and the handler is told of it once", { accepted: 1 }, async () => {
		const connection = await target.open("ws/text");
		const id = await connection.ask("id");
		connection.socket.send("close 4002 enough");
		assert.deepEqual(await connection.closed, { code: 4002, reason: "enough" });
		assert.match((await target.closingsOf(id)).join(), /^4002/);
	});
	await check("a handler that throws ends its session with 1011", { accepted: 1 }, async () => {
		const connection = await target.open("ws/text");
		connection.socket.send("fail");
		assert.equal((await connection.closed).code, 1011);
	});
	await check("a client that is cut off ends with 1006", { accepted: 1 }, async () => {
		const connection = await target.open("ws/text");
		const id = await connection.ask("id");
		connection.socket.terminate();
		assert.match((await target.closingsOf(id)).join(), /^1006/);
	});
	await check("invalid UTF-8 is closed with 1007", { accepted: 1 }, async () => {
		const connection = await target.open("ws/text");
		connection.socket.send(Buffer.from([0x61, 0xed, 0xa0, 0x80]), { binary: false });
		assert.equal((await connection.closed).code, 1007);
	});
}

async function many(target, check) {
	await check("several threads may send to one session through the decorator", { accepted: 3 }, async () => {
		const crowd = [];
		for (let i = 0; i < 3; i++) {
			crowd.push(await target.open("ws/crowd"));
			crowd[i].socket.send(`hello ${i}`);
			// One who has got his 101 is not yet one whose handler knows him: wait for each in turn, in all that are there.
			for (const member of crowd) assert.equal(await member.nextText(), `hello ${i}`);
		}
		crowd[0].socket.send("2000");
		for (const member of crowd) {
			const numbers = new Set();
			for (let i = 0; i < 2000; i++) numbers.add(await member.nextText());
			assert.equal(numbers.size, 2000);
		}
		crowd[1].socket.send("to all");
		for (const member of crowd) assert.equal(await member.nextText(), "to all");
		await Promise.all(crowd.map((member) => member.close()));
	});
	await check("50 clients send 100 messages each and get them back in order", { accepted: 50 }, () =>
		Promise.all(Array.from({ length: 50 }, async (_, client) => {
			const connection = await target.open("ws/text");
			for (let i = 0; i < 100; i++) connection.socket.send(`${client}-${i}`);
			for (let i = 0; i < 100; i++) assert.equal(await connection.nextText(), `${client}-${i}`);
			await connection.close();
		})));
}

module.exports = { run };
