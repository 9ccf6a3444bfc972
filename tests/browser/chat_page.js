// The chat example as a suite uses it: start the server, join, say something, wait for what others see.
// Knows the data-testid marks of the chat's page; checks nothing.
"use strict";

const path = require("node:path");
const { openPage } = require("./browser");
const { JavaServer } = require("./java_server");

/** Starts the chat on `port`; with a key store of PKCS12 and its password it speaks https. */
function startChat(port, { keyStore, password } = {}) {
	const classPath = [process.env.HAWSER_JAR, process.env.HAWSER_EXAMPLES_CP].join(path.delimiter);
	const tls = keyStore ? ["--tls-key-store", keyStore] : [];
	const args = ["-cp", classPath, "io.hawser.examples.chat.ChatServer", "--port", String(port), ...tls];
	return JavaServer.start("chat", args, keyStore ? { CHAT_KEY_STORE_PASSWORD: password } : {});
}

async function join(browser, server, name, contextOptions) {
	const page = await openPage(browser, server.process.url + "/", contextOptions);
	await page.getByTestId("name-input").fill(name);
	await page.getByTestId("join-button").click();
	await connected(page);
	return page;
}

const connected = (page) => page.locator('[data-testid="connection-state"][data-state="open"]').waitFor();
const person = (page, name) => page.locator(`[data-testid="user-${name}"][data-online="true"]`);
const message = (page, text) => page.getByTestId("message").filter({ hasText: text });

async function say(page, text) {
	await page.getByTestId("message-input").fill(text);
	await page.getByTestId("send-button").click();
}

/** `text` has arrived at the server and come back to the page that sent it. */
const delivered = (page, text) =>
	page.locator('[data-testid="message"][data-delivery="delivered"]').filter({ hasText: text }).waitFor();

const noUnread = (page, name) => page.getByTestId(`unread-${name}`).waitFor({ state: "hidden" });

module.exports = { connected, delivered, join, message, noUnread, person, say, startChat };
