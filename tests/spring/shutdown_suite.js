// SIGTERM, as an operator or an orchestrator sends it: who is connected is told, who is in the middle of a request gets his answer.
"use strict";

const assert = require("node:assert/strict");
const net = require("node:net");
const { StompClient, overWebSocket } = require("./stomp_client");
const { until } = require("../node/checks");

async function run(target, pid, check) {
	await check("sessions that have ended are forgotten", () => until(() => target.json("api/what"), (what) => what.openSessions.length === 0));
	await check("WebSockets get 1001, a request in flight its answer, and the port is closed", async () => {
		const plain = await target.open("ws/text");
		await target.servedTo(plain);
		const stomp = await StompClient.connect(overWebSocket(target.webSocketUrl("stomp")));
		const request = await target.fetch("api/shutdown");
		process.kill(pid, "SIGTERM");
		assert.equal(await request.text(), "finished in time");
		// The containers by themselves may drop their connections before the Close frames are out.
		const codes = target.byEngine ? [1001] : [1001, 1006];
		for (const { code } of [await plain.closed, await stomp.closed]) assert.ok(codes.includes(code), `closed with ${code}`);
		await until(() => isListening(target.url.port), (listening) => !listening);
	});
}

function isListening(port) {
	return new Promise((resolve) => {
		const socket = net.connect(port, "127.0.0.1");
		socket.on("connect", () => (socket.destroy(), resolve(true))).on("error", () => resolve(false));
	});
}

module.exports = { run };
