// Checks the chat of the Spring Boot application with the starter as people use it: logging in, rooms, a word for one alone, logging out.
// Knows the data-testid marks of its page; nothing of STOMP.
"use strict";

const assert = require("node:assert/strict");
const { openPage, screenshot } = require("./browser");
const { JavaServer, freePort } = require("./java_server");

const PASSWORD = "hawser";
const SERVED = /WebSockets on this port are served by Hawser \S+: (\d+) \(http\)/;

async function run(browser, check) {
	const port = await freePort();
	const server = await JavaServer.start("spring-chat", ["-cp", process.env.HAWSER_SPRING_CHAT_CP, "io.hawser.examples.springchat.SpringChatApplication",
		"--server.port=" + port], {}, (log) => SERVED.exec(log) && `http://127.0.0.1:${SERVED.exec(log)[1]}`);
	try {
		assert.equal(server.url, `http://127.0.0.1:${port}`);
		const alice = await visitor(browser, server, check);
		const bob = await openPage(browser, server.url + "/");
		await logIn(bob, "bob", PASSWORD);
		await talking(check, alice, bob);
		await leaving(check, alice, bob);
		await check("neither page has an error in its console, nor asked another host", () => {
			// The browser itself writes there that a wrong password was answered 401.
			const faults = [...alice.faults, ...bob.faults].filter((fault) => !/status of 401/.test(fault));
			assert.deepEqual(faults, []);
			assert.deepEqual([...new Set([...alice.hosts, ...bob.hosts])], [`127.0.0.1:${port}`]);
		});
	} finally {
		await server.stop();
	}
}

async function visitor(browser, server, check) {
	const page = await openPage(browser, server.url + "/");
	await check("a wrong password opens nothing", async () => {
		await fillIn(page, "alice", "guess");
		await page.getByTestId("login-error").filter({ hasText: /\S/ }).waitFor();
		assert.deepEqual(page.webSockets, []);
	});
	await check("who logs in is connected", async () => {
		await logIn(page, "alice", PASSWORD);
		assert.equal(await page.getByTestId("my-name").textContent(), "alice");
		assert.deepEqual(page.webSockets, [`${server.url.replace("http", "ws")}/stomp`]);
	});
	return page;
}

async function talking(check, alice, bob) {
	await check("what one says in the lobby the other reads, emoji and markup as they are", async () => {
		await alice.getByTestId("open-@bob").waitFor();
		await say(alice, "Grüße 👩‍👩‍👧‍👦 from Alice");
		await message(bob, "Grüße 👩‍👩‍👧‍👦 from Alice").waitFor();
		await say(bob, "<b>Hello</b> Alice");
		await message(alice, "<b>Hello</b> Alice").waitFor();
	});
	await check("the other sees that one is typing", async () => {
		const typing = bob.getByTestId("say").pressSequentially("thinking about it", { delay: 200 });
		await alice.getByTestId("typing").filter({ hasText: "bob" }).waitFor();
		await typing;
		await screenshot(alice, "spring-chat");
	});
	await check("what is for one alone counts as unread and stands under the other's name", async () => {
		await alice.getByTestId("open-@bob").click();
		await say(alice, "only for Bob");
		await bob.getByTestId("open-@alice").filter({ hasText: "1" }).waitFor();
		assert.equal(await message(bob, "only for Bob").count(), 0, "not in the lobby");
		await bob.getByTestId("open-@alice").click();
		await message(bob, "only for Bob").waitFor();
	});
}

async function leaving(check, alice, bob) {
	await check("who logs out is gone for the others, and may come back", async () => {
		await bob.getByTestId("logout").click();
		await bob.getByTestId("login-button").waitFor();
		await alice.locator('[data-testid="open-@bob"].away').waitFor();
		await logIn(bob, "bob", PASSWORD);
		await alice.locator('[data-testid="open-@bob"]:not(.away)').waitFor();
	});
}

async function fillIn(page, name, password) {
	await page.getByTestId("username").fill(name);
	await page.getByTestId("password").fill(password);
	await page.getByTestId("login-button").click();
}

async function logIn(page, name, password) {
	await fillIn(page, name, password);
	await page.locator('[data-testid="connection"][data-state="open"]').waitFor();
}

async function say(page, text) {
	await page.getByTestId("say").fill(text);
	await page.getByTestId("send").click();
}

const message = (page, text) => page.getByTestId("messages").getByRole("listitem").filter({ hasText: text });

module.exports = { run };
