// SockJS with each transport that sockjs-client has outside a browser, and the others by their requests.
"use strict";

const assert = require("node:assert/strict");
const SockJS = require("sockjs-client");
const { ALICE } = require("./target");

const OVER_HTTP = ["xhr-streaming", "eventsource", "xhr-polling"];

async function run(target, check) {
	await check("the transport websocket carries messages both ways", { accepted: 1 }, () => converses(target, "websocket", (session) => target.assertServed(session)));
	for (const transport of OVER_HTTP) {
		await check(`the transport ${transport} carries messages both ways`, {}, () =>
			converses(target, transport, (session) => assert.match(session.class, /\.sockjs\..*(Streaming|Polling)SockJsSession$/)));
	}
	await check("without a choice sockjs-client takes websocket", { accepted: 1 }, () => converses(target, undefined, (session) => target.assertServed(session)));
	await requests(target, check);
}

async function converses(target, transport, look) {
	const client = await open(target.httpUrl("sockjs/echo"), transport);
	assert.equal(client.transport, transport ?? "websocket");
	look(await target.json(`api/sessions/${await client.ask("id")}`));
	assert.equal(await client.ask("Grüße 👩‍👩‍👧‍👦 \"quoted\" \u2028"), "Grüße 👩‍👩‍👧‍👦 \"quoted\" \u2028");
	for (let i = 0; i < 50; i++) client.send(`${i} ${"x".repeat(800)}`); // more than one streaming request holds
	for (let i = 0; i < 50; i++) assert.equal((await client.next()).split(" ")[0], String(i));
	client.send("close 3001 enough");
	const { code, reason } = await client.closed;
	// A poll that comes after the close is told of it in SockJS' own words.
	if (!(transport === "xhr-polling" && reason === "Go away!")) assert.deepEqual({ code, reason }, { code: 3001, reason: "enough" });
}

/** A SockJS connection whose messages can be waited for. */
function open(url, transport) {
	const client = new SockJS(url, null, transport && { transports: [transport] });
	const messages = [];
	const waiting = [];
	client.onmessage = ({ data }) => (waiting.length > 0 ? waiting.shift()(data) : messages.push(data));
	client.next = () => (messages.length > 0 ? Promise.resolve(messages.shift()) : new Promise((resolve) => waiting.push(resolve)));
	client.ask = (text) => (client.send(text), client.next());
	client.closed = new Promise((resolve) => (client.onclose = resolve));
	return new Promise((resolve, reject) => {
		client.onopen = () => resolve(client);
		client.closed.then(({ code, reason }) => reject(new Error(`SockJS closed with ${code} ${reason}`)));
	});
}

async function requests(target, check) {
	await check("the greeting, the info and the iframe page are served", {}, async () => {
		assert.equal(await (await target.fetch("sockjs/echo")).text(), "Welcome to SockJS!\n");
		const info = await target.json("sockjs/echo/info");
		assert.deepEqual([info.websocket, info.cookie_needed], [true, true]);
		const frame = await target.fetch("sockjs/echo/iframe.html");
		assert.equal(frame.headers.get("x-frame-options"), "SAMEORIGIN");
		assert.match(await frame.text(), /SockJS\.bootstrap_iframe/);
	});
	await check("the transport htmlfile opens, carries a message and ends", {}, async () => {
		const answer = await target.fetch("sockjs/echo/000/htmlfile1/htmlfile?c=callback");
		assert.match(answer.headers.get("content-type"), /^text\/html/);
		const stream = answer.body.getReader();
		let text = "";
		for (const [answered, next] of [['p("o");', "over htmlfile"], ['p("a[\\"over htmlfile\\"]");', "close 3000 enough"]]) {
			while (!text.includes(answered)) text += Buffer.from((await stream.read()).value);
			await sendByHand(target, "htmlfile1", next);
		}
		while (!text.includes('p("c[3000,')) text += Buffer.from((await stream.read()).value);
	});
	await check("polling by hand: open, send, receive; and 404 for a session that is not there", {}, async () => {
		const poll = async () => (await target.fetch("sockjs/echo/000/polling1/xhr", { method: "POST" })).text();
		assert.equal(await poll(), "o\n");
		await sendByHand(target, "polling1", "over xhr");
		assert.equal(await poll(), 'a["over xhr"]\n');
		await sendByHand(target, "polling1", "close 3000 enough");
		assert.equal(await poll(), 'c[3000,"Go away!"]\n');
		assert.equal((await target.fetch("sockjs/echo/000/unknown1/xhr_send", { method: "POST", body: '["x"]' })).status, 404);
	});
	await check("raw WebSocket below a SockJS endpoint works", { accepted: 1 }, async () => {
		const connection = await target.open("sockjs/echo/websocket");
		await target.servedTo(connection);
		assert.equal(await connection.ask("no framing"), "no framing");
		await connection.close();
	});
	await check("SockJS behind security asks for a name, and has it in the session", { accepted: 1 }, async () => {
		assert.equal((await target.fetch("secured/sockjs/info")).status, 401);
		assert.equal((await target.upgrade("secured/sockjs/000/session1/websocket")).status, 401);
		const connection = await target.open("secured/sockjs/000/session1/websocket", { headers: ALICE });
		assert.equal(await connection.nextText(), "o");
		const [id] = JSON.parse((await connection.ask('["id"]')).slice(1));
		const session = await target.served(id);
		assert.equal(session.principal, "alice");
		connection.socket.close();
		await connection.closed;
	});
}

async function sendByHand(target, session, text) {
	const sent = await target.fetch(`sockjs/echo/000/${session}/xhr_send`, { method: "POST", body: JSON.stringify([text]) });
	assert.equal(sent.status, 204);
}

module.exports = { run };
