// Checks the chat over wss, in a browser whose user trusts the test's certificate authority, and in one whose user does not.
// Knows the folders and files that run.sh has made.
"use strict";

const assert = require("node:assert/strict");
const path = require("node:path");
const { launchBrowser, openPage, screenshot } = require("./browser");
const { connected, delivered, join, message, person, say, startChat } = require("./chat_page");
const { freePort } = require("./java_server");

const TLS_FOLDER = path.join(process.env.HAWSER_BROWSER_OUT, "tls");
const TLS = { keyStore: path.join(TLS_FOLDER, "server.p12"), password: "localhost" };
const TRUSTING_HOME = path.join(process.env.HAWSER_BROWSER_OUT, "trusting-home");

async function run(browser, check) {
	const port = await freePort();
	const server = { process: await startChat(port, TLS) };
	const trusting = await launchBrowser(TRUSTING_HOME);
	try {
		await check("a user who does not trust the certificate is warned", () =>
			assert.rejects(openPage(browser, server.process.url + "/"), /ERR_CERT_AUTHORITY_INVALID/));
		await chatting(trusting, server, check);
		await check("by the name localhost as well", async () => {
			const page = await openPage(trusting, server.process.url.replace("127.0.0.1", "localhost") + "/");
			assert.equal(await page.evaluate(() => isSecureContext), true);
			await page.context().close();
		});
		await check("after a crash of the server both pages come back by themselves", async () => {
			const pages = await Promise.all(["Erin", "Frank"].map((name) => join(trusting, server, name)));
			await server.process.stop("SIGKILL");
			await Promise.all(pages.map(disconnected));
			server.process = await startChat(port, TLS);
			await Promise.all(pages.map(connected));
			await say(pages[0], "here again");
			await message(pages[1], "here again").waitFor();
		});
	} finally {
		await trusting.close();
		await server.process.stop();
	}
}

const disconnected = (page) =>
	page.locator('[data-testid="connection-state"]:not([data-state="open"])').waitFor();

async function chatting(trusting, server, check) {
	await check("two people chat over wss", async () => {
		const alice = await join(trusting, server, "Alice");
		const bob = await join(trusting, server, "Bob");
		for (const page of [alice, bob]) {
			assert.match(page.url(), /^https:/);
			assert.deepEqual(page.webSockets.map((url) => new URL(url).protocol), ["wss:"]);
		}
		await person(alice, "Bob").waitFor();
		await say(alice, "Grüße 👩‍👩‍👧‍👦 over TLS");
		await message(bob, "Grüße 👩‍👩‍👧‍👦 over TLS").waitFor();
		await delivered(alice, "over TLS");
		await say(bob, "and back");
		await message(alice, "and back").waitFor();
		await screenshot(alice, "chat-wss");
		assert.deepEqual([...alice.faults, ...bob.faults], []);
		await Promise.all([alice, bob].map((page) => page.context().close()));
	});
}

module.exports = { run };
