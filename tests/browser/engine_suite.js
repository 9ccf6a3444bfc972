// Checks the engine from inside a real page: frames, closing and origins as a browser sees them.
// Knows BrowserTestServer's paths; nothing of the chat example.
"use strict";

const assert = require("node:assert/strict");
const { openPage, screenshot } = require("./browser");
const { startTestServer } = require("./test_server");

async function run(browser, check) {
	const server = await startTestServer();
	try {
		const page = await openPage(browser, server.url + "/");
		await messages(page, check);
		await closing(browser, server, page, check);
		await check("none of this left an error in the page's console", () => assert.deepEqual(page.faults, []));
		await screenshot(page, "engine");
		await page.context().close();
		await refusals(browser, server, check);
		await check("the server is still running", () => assert.ok(server.isRunning(), server.log));
	} finally {
		await server.stop();
	}
}

async function messages(page, check) {
	await check("the page was served as UTF-8 HTML", async () => {
		const answer = await page.reload();
		assert.equal(answer.status(), 200);
		assert.equal((await answer.allHeaders())["content-type"], "text/html; charset=utf-8");
		assert.equal(await page.title(), "Hawser ⚓");
	});
	await check("a text with emoji and a NUL comes back", async () => {
		const text = "Grüße \u0000 你好 👩‍👩‍👧‍👦 \u{10ffff}";
		assert.equal(await page.evaluate((t) => echo(t), text), text);
		assert.equal(await page.evaluate((t) => echo(t), ""), "");
	});
	await check("1 MB of binary comes back as it was", async () => {
		assert.deepEqual(await page.evaluate(() => binaryEcho(1_000_000)), { bytes: 1_000_000, same: true });
		assert.deepEqual(await page.evaluate(() => binaryEcho(0)), { bytes: 0, same: true });
	});
	await check("1000 messages sent at once come back in order", async () => {
		const echoes = await page.evaluate(() => burst(1000));
		assert.deepEqual(echoes, Array.from({ length: 1000 }, (_, i) => `message ${i}`));
	});
	await check("the handler's subprotocol is chosen", async () => {
		const { protocol } = await page.evaluate(() => agreedWith(["v9.example", "v2.example", "v1.example"]));
		assert.equal(protocol, "v2.example");
	});
}

async function closing(browser, server, page, check) {
	/** What the server's handler was told about the session `id`; the server waits until it knows. */
	const serverSaw = async (id) => (await fetch(`${server.url}/closed/${id}`)).json();

	await check("the browser's close code and reason reach the server", async () => {
		const event = await page.evaluate(() => closeFromPage("by-page", 4002, "auf Wiedersehen ✓"));
		assert.deepEqual(await serverSaw("by-page"), { code: 4002, reason: "auf Wiedersehen ✓" });
		assert.equal(event.code, 4002);
		assert.equal(event.wasClean, true);
	});
	await check("the server's close code and reason reach the page", async () => {
		const event = await page.evaluate(() => closeFromServer("by-server", 4003, "Tschüss ✓ bis bald"));
		assert.deepEqual(event, { code: 4003, reason: "Tschüss ✓ bis bald", wasClean: true });
		assert.equal((await serverSaw("by-server")).code, 4003);
	});
	await check("a close without a code is seen as 1005", async () => {
		const event = await page.evaluate(() => closeFromPage("without-code"));
		assert.deepEqual(await serverSaw("without-code"), { code: 1005, reason: "" });
		assert.equal(event.wasClean, true);
	});
	await check("a page that goes away is seen by the server", async () => {
		const leaving = await openPage(browser, server.url + "/");
		await leaving.evaluate(() => opened("leaving"));
		await leaving.context().close();
		const { code } = await serverSaw("leaving");
		assert.ok(code === 1001 || code === 1006, `code ${code}`); // 1006 when the browser drops the connection
	});
}

async function refusals(browser, server, check) {
	await check("a path without a handler fails in the page", async () => {
		const page = await openPage(browser, server.url + "/");
		assert.equal((await page.evaluate(() => connectTo("/nowhere"))).code, 1006);
		assert.match(page.faults.join(), /404/);
		await page.context().close();
	});
	await check("a page of another origin is refused", async () => {
		const elsewhere = server.url.replace("127.0.0.1", "localhost");
		assert.notEqual(elsewhere, server.url);
		const page = await openPage(browser, elsewhere + "/");
		const target = server.url.replace("http:", "ws:") + "/echo";
		assert.equal((await page.evaluate((t) => connectTo(t), target)).code, 1006);
		assert.match(page.faults.join(), /403/);
		await page.context().close();
	});
}

module.exports = { run };
