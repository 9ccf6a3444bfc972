// Starts Chromium and opens pages that remember what went wrong in them. Knows nothing of Hawser.
"use strict";

const path = require("node:path");
const { chromium } = require("playwright-core");

const WAIT_TIMEOUT_MS = 20_000;

/** Chromium must not look for hosts outside: machines that run tests often have no network. */
const QUIET = [
	"--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync",
];

/** `home` is the browser's HOME, where it looks for certificate authorities that this user trusts. */
function launchBrowser(home = process.env.HOME) {
	return chromium.launch({
		env: { ...process.env, HOME: home },
		executablePath: process.env.CHROMIUM,
		headless: true,
		chromiumSandbox: process.getuid?.() !== 0, // Chromium refuses its sandbox to root
		args: QUIET,
	});
}

/**
 * Opens a page in a context of its own (own storage, like another user's browser).
 * `page.faults` collects uncaught errors and console errors, `page.hosts` every host that was asked for anything,
 * `page.webSockets` the URL of every WebSocket.
 */
async function openPage(browser, url, contextOptions = {}) {
	const context = await browser.newContext(contextOptions);
	context.setDefaultTimeout(WAIT_TIMEOUT_MS);
	const page = await context.newPage();
	page.faults = [];
	page.hosts = new Set();
	page.webSockets = [];
	page.on("pageerror", (error) => page.faults.push(String(error)));
	page.on("console", (message) => {
		if (message.type() === "error") page.faults.push(message.text());
	});
	page.on("request", (request) => page.hosts.add(new URL(request.url()).host));
	page.on("websocket", (socket) => {
		page.hosts.add(new URL(socket.url()).host);
		page.webSockets.push(socket.url());
	});
	await page.goto(url);
	return page;
}

/** For a human's look; nothing compares them. */
function screenshot(page, name) {
	return page.screenshot({ path: path.join(process.env.HAWSER_BROWSER_OUT, `${name}.png`), animations: "disabled" });
}

module.exports = { launchBrowser, openPage, screenshot };
