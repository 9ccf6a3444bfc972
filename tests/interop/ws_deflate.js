// Checks with the npm package ws that compression is agreed on as offered, and that messages then are compressed both ways.
// Knows the URLs of two servers, with and without context takeover, and of one without compression.
"use strict";

const assert = require("node:assert/strict");
const { runChecks } = require("../node/checks");
const { hexText, jsonText } = require("./texts");
const { open: openWith } = require("./ws_connection");

const URL_OFF = process.env.HAWSER_URL_OFF;
const URL_DEFLATE = process.env.HAWSER_URL_DEFLATE;
const URL_TAKEOVER = process.env.HAWSER_URL_TAKEOVER;

const MEGABYTE = 1_000_000;
const ALONE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/** Opens a connection on which ws compresses every message, so that the smallest ones are tried as well. */
const open = (url, offer = {}) => openWith(url, { perMessageDeflate: { threshold: 0, ...offer } });

/** What a message and its echo cost on the wire. */
async function echoCost(client, text) {
	const { _socket: tcp } = client.socket;
	const [sentBefore, receivedBefore] = [tcp.bytesWritten, tcp.bytesRead];
	const { data, isBinary } = await client.echo(text);
	assert.equal(isBinary, false, "the echo of a text is a text");
	assert.ok(data.toString() === text, `${data.length} bytes came back changed`);
	return { sent: tcp.bytesWritten - sentBefore, received: tcp.bytesRead - receivedBefore };
}

/** A check: what `offer` is answered with, and that 1 MB of text then goes both ways in less than half of its bytes. */
function agrees(url, offer, answer) {
	return async () => {
		const client = await open(url, offer);
		assert.equal(client.response.headers["sec-websocket-extensions"], answer);
		const text = jsonText(MEGABYTE);
		const cost = await echoCost(client, text);
		assert.ok(cost.sent < MEGABYTE / 2, `${cost.sent} bytes were sent`);
		assert.ok(cost.received < MEGABYTE / 2, `${cost.received} bytes were received`);
		assert.equal((await client.echo("")).data.toString(), "");
		assert.equal((await client.close()).code, 1000);
	};
}

/** A check: that nothing is agreed on, and that 1 MB of text then goes both ways as it is. */
function declines(url, offer) {
	return async () => {
		const client = await open(url, offer);
		assert.equal(client.response.headers["sec-websocket-extensions"], undefined);
		assert.equal(client.socket.extensions, "");
		const cost = await echoCost(client, jsonText(MEGABYTE));
		assert.ok(cost.received > MEGABYTE, `${cost.received} bytes were received`);
		assert.equal((await client.close()).code, 1000);
	};
}

/** What the same text costs when it comes a second time. */
async function repeatedCost(url, offer, text) {
	const client = await open(url, offer);
	await echoCost(client, text);
	const cost = await echoCost(client, text);
	assert.equal((await client.close()).code, 1000);
	return cost;
}

const REPEATED = hexText(4096);
/** Four bits in each of its characters are all there is to gain, unless the text was there before. */
const refersBack = (bytes) => bytes < REPEATED.length / 4;
const standsAlone = (bytes) => bytes >= REPEATED.length / 2 && bytes < REPEATED.length;

runChecks("ws, compression", {
	"1 MB of text both ways, each message for itself": agrees(URL_DEFLATE, {}, ALONE),
	"the client's window is as small as it offers": agrees(
		URL_DEFLATE, { clientMaxWindowBits: 10 }, `${ALONE}; client_max_window_bits=10`),
	"the server's window is as small as the client asks": agrees(
		URL_DEFLATE, { serverMaxWindowBits: 9 }, `${ALONE}; server_max_window_bits=9`),
	"a server window of 15 that was asked for is answered": agrees(
		URL_DEFLATE, { serverMaxWindowBits: 15 }, `${ALONE}; server_max_window_bits=15`),
	"a server window of 8 is not promised, and all works": declines(URL_DEFLATE, { serverMaxWindowBits: 8 }),
	"an offer to a server without compression is not taken, and all works": declines(URL_OFF, {}),

	"context takeover: 1 MB of text both ways": agrees(URL_TAKEOVER, {}, "permessage-deflate"),
	"context takeover: the client may ask the server to do without": agrees(
		URL_TAKEOVER, { serverNoContextTakeover: true }, "permessage-deflate; server_no_context_takeover"),
	"context takeover: the client may do without": agrees(
		URL_TAKEOVER, { clientNoContextTakeover: true }, "permessage-deflate; client_no_context_takeover"),
	"context takeover: small windows both ways": agrees(
		URL_TAKEOVER, { clientMaxWindowBits: 9, serverMaxWindowBits: 9 },
		"permessage-deflate; server_max_window_bits=9; client_max_window_bits=9"),
	"context takeover: a client window of 8, which zlib makes 9": agrees(
		URL_TAKEOVER, { clientMaxWindowBits: 8 }, "permessage-deflate; client_max_window_bits=8"),

	"with context takeover a repeated text costs next to nothing both ways": async () => {
		const cost = await repeatedCost(URL_TAKEOVER, {}, REPEATED);
		assert.ok(refersBack(cost.sent) && refersBack(cost.received), JSON.stringify(cost));
	},
	"where the server does without, only the client refers back": async () => {
		const cost = await repeatedCost(URL_TAKEOVER, { serverNoContextTakeover: true }, REPEATED);
		assert.ok(refersBack(cost.sent) && standsAlone(cost.received), JSON.stringify(cost));
	},
	"where the client does without, only the server refers back": async () => {
		const cost = await repeatedCost(URL_TAKEOVER, { clientNoContextTakeover: true }, REPEATED);
		assert.ok(standsAlone(cost.sent) && refersBack(cost.received), JSON.stringify(cost));
	},
	"without context takeover a repeated text costs what it did": async () => {
		const cost = await repeatedCost(URL_DEFLATE, {}, REPEATED);
		assert.ok(standsAlone(cost.sent) && standsAlone(cost.received), JSON.stringify(cost));
	},
	"1000 texts of all sizes come back in order, with context takeover": async () => {
		const client = await open(URL_TAKEOVER);
		const characters = Array.from(jsonText(30_000)); // so that no emoji is cut
		const texts = Array.from({ length: 1000 }, (_, i) => characters.slice(i * 7, i * 7 + (i % 100) ** 2).join(""));
		for (const one of texts) client.socket.send(one);
		for (const one of texts) assert.equal((await client.next()).data.toString(), one);
		assert.equal((await client.close()).code, 1000);
	},
	"a compressed message in fragments comes back": async () => {
		const client = await open(URL_DEFLATE);
		const parts = [jsonText(1000), "", jsonText(50_000), "end"];
		for (const part of parts.slice(0, -1)) client.socket.send(part, { fin: false });
		client.socket.ping("between");
		client.socket.send(parts.at(-1), { fin: true });
		assert.equal((await client.next()).data.toString(), parts.join(""));
		assert.equal((await client.close()).code, 1000);
	},
	"17 MiB of zeros, a few KiB on the wire, are closed with 1009": async () => {
		const client = await open(URL_DEFLATE);
		client.socket.send(Buffer.alloc(17 * 1024 * 1024));
		assert.equal((await client.closed).code, 1009);
	},
});
