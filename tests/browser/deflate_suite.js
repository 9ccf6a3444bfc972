// Checks from inside a real page that compression is agreed on and used both ways. Knows BrowserTestServer's paths.
"use strict";

const assert = require("node:assert/strict");
const { openPage } = require("./browser");
const { startTestServer } = require("./test_server");
const { Wire } = require("./wire");

const MEGABYTE = 1_000_000;
const ALONE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
/** Each 8 bytes of UTF-8: deflate makes a text of them less than half as long. */
const WORDS = ["position", "message ", "größe; ", "🚀 go! ", "status: ", "价格  "];
/** Six bits of meaning in each character: only where there was the same before, such a text gets much shorter. */
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];

async function run(browser, check) {
	const server = await startTestServer();
	const wire = await Wire.before(server.url);
	try {
		const page = await openPage(browser, wire.url + "/"); // its own origin, as the server sees it
		await agreement(page, check);
		await exchange(page, wire, check);
		await check("none of this left an error in the page's console", () => assert.deepEqual(page.faults, []));
		await page.context().close();
		await check("the server is still running", () => assert.ok(server.isRunning(), server.log));
	} finally {
		wire.close();
		await server.stop();
	}
}

/** What the browser offers for a WebSocket at `path`, and what it is answered, as they stand on the wire. */
async function handshake(page, path) {
	const devTools = await page.context().newCDPSession(page);
	await devTools.send("Network.enable");
	const header = (event) =>
		new Promise((resolve) => {
			devTools.once(event, ({ request, response }) => {
				const headers = Object.entries((request ?? response).headers);
				resolve(headers.find(([name]) => name.toLowerCase() === "sec-websocket-extensions")?.[1]);
			});
		});
	const both = [header("Network.webSocketWillSendHandshakeRequest"), header("Network.webSocketHandshakeResponseReceived")];
	await page.evaluate((p) => textEcho(p, ["a"], 1, 1), path);
	const [offer, answer] = await Promise.all(both);
	await devTools.detach();
	return { offer, answer };
}

async function agreement(page, check) {
	await check("the browser's offer is answered: each message for itself", async () => {
		const { offer, answer } = await handshake(page, "/echo");
		assert.match(offer, /^permessage-deflate/);
		assert.equal(answer, ALONE);
	});
	await check("with context takeover where the handler wants it", async () => {
		assert.equal((await handshake(page, "/echo-takeover")).answer, "permessage-deflate");
	});
	await check("not answered where the handler has switched it off", async () => {
		assert.equal((await handshake(page, "/echo-plain")).answer, undefined);
	});
}

async function exchange(page, wire, check) {
	const exchanged = (...call) =>
		wire.count(() => page.evaluate((parameters) => textEcho(...parameters), call));

	for (const [path, extensions] of [["/echo", ALONE], ["/echo-takeover", "permessage-deflate"]]) {
		await check(`1 MB of text goes both ways compressed (${path})`, async () => {
			const { result, sentBytes, receivedBytes } = await exchanged(path, WORDS, MEGABYTE / 8, 1);
			assert.deepEqual(result, { same: true, extensions });
			assert.ok(sentBytes < MEGABYTE / 2, `${sentBytes} bytes were sent`);
			assert.ok(receivedBytes < MEGABYTE / 2, `${receivedBytes} bytes were received`);
		});
	}
	await check("1 MB of text goes both ways as it is without compression", async () => {
		const { result, receivedBytes } = await exchanged("/echo-plain", WORDS, MEGABYTE / 8, 1);
		assert.deepEqual(result, { same: true, extensions: "" });
		assert.ok(receivedBytes > MEGABYTE, `${receivedBytes} bytes were received`);
	});
	await check("with context takeover a text that repeats costs once", async () => {
		const [length, count] = [10_000, 20];
		const { result, sentBytes, receivedBytes } = await exchanged("/echo-takeover", LETTERS, length, count);
		assert.ok(result.same, "a text came back changed");
		assert.ok(sentBytes < 2 * length, `${sentBytes} bytes were sent`);
		assert.ok(receivedBytes < 2 * length, `${receivedBytes} bytes were received`);
	});
}

module.exports = { run };
