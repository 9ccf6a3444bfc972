// STOMP over WebSocket and over SockJS, with whichever broker the application was started with.
"use strict";

const assert = require("node:assert/strict");
const { until } = require("../node/checks");
const { StompClient, overSockJs, overWebSocket } = require("./stomp_client");
const { ALICE } = require("./target");

async function run(target, check) {
	const url = target.webSocketUrl("stomp");
	const sockJs = target.httpUrl("stomp-sockjs");
	await check("over WebSocket: subscribe, send, answer, goodbye", { accepted: 1 }, () => converses(target, overWebSocket(url), (session) => {
		target.assertServed(session);
		assert.equal(session.protocol, "v12.stomp");
	}));
	await check("over SockJS' websocket", { accepted: 1 }, () => converses(target, overSockJs(sockJs, "websocket"), (session) => target.assertServed(session)));
	await check("over SockJS' xhr-streaming", {}, () => converses(target, overSockJs(sockJs, "xhr-streaming"), (session) => assert.match(session.class, /SockJsSession$/), (stomp) => stomp.leave()));
	await messages(target, check, url);
	await users(target, check, url);
	await endings(target, check, url);
}

/**
 * `end` is another end than a polite one: Spring's simple broker stops its heartbeats to who says goodbye, and then nothing ever tells
 * a streaming session of SockJS that its client has left.
 */
async function converses(target, socket, look, end = (stomp) => stomp.disconnect()) {
	const stomp = await StompClient.connect(socket, { heartbeatMs: 1_000 }); // by which the server notices who leaves a stream
	// Before anything of a broker is on its way: where Spring 7.0.9 keeps the order of what it publishes, a direct answer at the same moment
	// as a message may end the session with 1002 (NoSuchElementException in OrderedMessageChannelDecorator), whoever serves it.
	const welcome = await stomp.subscribe("/app/welcome").next();
	assert.deepEqual(JSON.parse(welcome.body), { text: "welcome" });
	look(await target.json(`api/sessions/${(await whoAmI(stomp)).session}`));
	const echoes = stomp.subscribe("/topic/echo");
	await stomp.subscribed(echoes, "/app/echo");
	stomp.send("/app/echo", "Grüße 👩‍👩‍👧‍👦");
	assert.equal((await echoes.next()).body, "Grüße 👩‍👩‍👧‍👦");
	await end(stomp);
}

/** The session as the server knows it. */
async function whoAmI(stomp) {
	const answers = stomp.subscribe("/user/queue/whoami");
	await stomp.subscribed(answers, "/app/whoami");
	return JSON.parse((await answers.next()).body);
}

async function messages(target, check, url) {
	const inOrder = target.what.stompOrder;
	await check(`what one sends all subscribers get${inOrder ? ", in order" : ""}`, { accepted: 3 }, async () => {
		const clients = [];
		for (let i = 0; i < 3; i++) clients.push(await StompClient.connect(overWebSocket(url)));
		const subscriptions = clients.map((client) => client.subscribe("/topic/harbour"));
		for (let i = 0; i < 3; i++) await clients[i].subscribed(subscriptions[i], "/topic/harbour");
		for (let i = 0; i < 100; i++) clients[0].send("/topic/harbour", `ship ${i}`);
		for (const subscription of subscriptions) {
			const ships = [];
			for (let i = 0; i < 100; i++) ships.push(Number((await subscription.next()).body.split(" ")[1]));
			// Spring's channels have several threads and keep the order only where an application asks for it.
			assert.deepEqual(inOrder ? ships : ships.sort((a, b) => a - b), Array.from({ length: 100 }, (_, i) => i));
		}
		await Promise.all(clients.map((client) => client.disconnect()));
	});
	await check("large and binary bodies come back whole", { accepted: 1 }, async () => {
		const stomp = await StompClient.connect(overWebSocket(url));
		const bytes = Buffer.from(Array.from({ length: 40_000 }, (_, i) => i % 256));
		const topic = stomp.subscribe("/topic/large");
		await stomp.subscribed(topic, "/topic/large");
		stomp.client.publish({ destination: "/topic/large", binaryBody: bytes, headers: { "content-type": "application/octet-stream" } });
		assert.ok(Buffer.from((await topic.next()).binaryBody).equals(bytes), "the body came back changed");
		stomp.send("/topic/large", "é".repeat(20_000));
		assert.ok((await topic.next()).body === "é".repeat(20_000), "the body came back changed");
		await stomp.disconnect();
	});
	if (target.what.broker === "simple") {
		await check("heartbeats come from the server", { accepted: 1 }, async () => {
			const stomp = await StompClient.connect(overWebSocket(url), { heartbeatMs: 1_000 });
			assert.equal(stomp.connected.headers["heart-beat"], "1000,1000");
			await until(async () => stomp.heartbeats, (count) => count >= 2);
			await stomp.disconnect();
		});
	} else {
		await check("what is sent goes through the broker behind the relay", { accepted: 1 }, async () => {
			const before = (await target.json("api/what")).brokerMessages;
			const stomp = await StompClient.connect(overWebSocket(url));
			const topic = stomp.subscribe("/topic/relayed");
			await stomp.subscribed(topic, "/topic/relayed");
			assert.ok((await target.json("api/what")).brokerMessages > before);
			await stomp.disconnect();
		});
	}
}

async function users(target, check, url) {
	await check("an answer to a user reaches his session alone, and an exception his queue of errors", { accepted: 2 }, async () => {
		const [one, two] = [await StompClient.connect(overWebSocket(url)), await StompClient.connect(overWebSocket(url))];
		const [first, second] = [await whoAmI(one), await whoAmI(two)];
		assert.notEqual(first.session, second.session);
		const errors = one.subscribe("/user/queue/errors");
		await one.subscribed(errors, "/app/fail");
		assert.equal((await errors.next()).body, "the client asked for it");
		await Promise.all([one.disconnect(), two.disconnect()]);
	});
	await check("who opened the WebSocket with a name has it in his messages", { accepted: 1 }, async () => {
		assert.equal((await target.upgrade("secured/stomp")).status, 401);
		const stomp = await StompClient.connect(overWebSocket(target.webSocketUrl("secured/stomp"), { headers: ALICE }));
		assert.equal(stomp.connected.headers["user-name"], "alice");
		const me = await whoAmI(stomp);
		assert.equal(me.user, "alice");
		assert.equal((await target.served(me.session)).principal, "alice");
		await stomp.disconnect();
	});
}

async function endings(target, check, url) {
	await check("a client that is cut off is forgotten", { accepted: 1 }, async () => {
		const stomp = await StompClient.connect(overWebSocket(url));
		const { session } = await whoAmI(stomp);
		stomp.socket.terminate();
		assert.equal((await target.closingsOf(session)).length, 1);
		await stomp.client.deactivate();
	});
	await check("a frame that is none is answered with ERROR and the end", { accepted: 1 }, async () => {
		const connection = await target.open("stomp", { protocols: ["v12.stomp"] });
		assert.match(await connection.ask("NONSENSE\n\n\0"), /^ERROR\n/);
		await connection.closed;
	});
}

module.exports = { run };
