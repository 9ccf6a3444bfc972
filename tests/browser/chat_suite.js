// Checks the chat example as people use it: several pages, a crash of the server, a phone.
// Knows what chat_page.js can do, and the data-testid marks it needs beyond that; nothing of the protocol.
"use strict";

const assert = require("node:assert/strict");
const { openPage, screenshot } = require("./browser");
const { connected, delivered, join, message, noUnread, person, say, startChat } = require("./chat_page");
const { freePort } = require("./java_server");

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const EXPECTED_WHILE_DOWN = /WebSocket connection to .* failed/;

async function run(browser, check) {
	const port = await freePort();
	const server = { process: await startChat(port) };
	server.restart = async (whileDown) => {
		await server.process.stop("SIGKILL");
		await whileDown();
		server.process = await startChat(port);
	};
	try {
		const alice = await join(browser, server, "Alice");
		const bob = await join(browser, server, "Bob");
		await talking(browser, server, check, alice, bob);
		await check("neither page has an error in its console", () =>
			assert.deepEqual([...alice.faults, ...bob.faults], []));
		await returning(server, check, alice, bob);
		await check("neither page asked another host for anything", () => {
			const hosts = new Set([...alice.hosts, ...bob.hosts]);
			assert.deepEqual([...hosts].filter((host) => host !== ""), [`127.0.0.1:${port}`]); // "" is a data: URL
		});
		await phone(browser, server, check, alice);
	} finally {
		await server.process.stop();
	}
}

async function talking(browser, server, check, alice, bob) {
	await check("two people see each other online", async () => {
		await person(alice, "Bob").waitFor();
		await person(bob, "Alice").waitFor();
	});
	await check("what one says in the lobby the other reads, emoji included", async () => {
		await say(alice, "Grüße 👩‍👩‍👧‍👦 from Alice");
		await message(bob, "Grüße 👩‍👩‍👧‍👦 from Alice").waitFor();
		await delivered(alice, "Grüße 👩‍👩‍👧‍👦 from Alice");
		await say(bob, "<b>Hello</b> Alice");
		await message(alice, "<b>Hello</b> Alice").waitFor(); // as text, tags and all
	});
	await check("the other sees that one is typing", async () => {
		// At a person's pace, because the page tells of it at most every 2.5 s and Alice has just written.
		const typing = alice.getByTestId("message-input").pressSequentially("thinking about it", { delay: 200 });
		await bob.getByTestId("typing").filter({ hasText: "Alice" }).waitFor();
		await typing;
	});
	await check("a private message counts as unread and is read by its addressee only", async () => {
		const carol = await join(browser, server, "Carol");
		await alice.getByTestId("user-Bob").click();
		await say(alice, "only for Bob");
		await bob.getByTestId("unread-Alice").filter({ hasText: /^1$/ }).waitFor();
		assert.match(await bob.title(), /^\(1\)/);
		await bob.getByTestId("user-Alice").click();
		await message(bob, "only for Bob").waitFor();
		await noUnread(bob, "Alice");
		await say(bob, "only for Alice");
		await message(alice, "only for Alice").waitFor();
		await bob.getByTestId("room-lobby").click();
		await say(bob, "for everybody");
		await message(carol, "for everybody").waitFor(); // said last, so the others would be there by now
		assert.equal(await message(carol, "only for").count(), 0);
		assert.equal(await carol.getByTestId("unread-Alice").textContent(), "");
		await carol.context().close();
	});
	await check("a page that is closed is seen to leave", async () => {
		const dave = await join(browser, server, "Dave");
		await person(alice, "Dave").waitFor();
		await dave.context().close();
		await person(alice, "Dave").waitFor({ state: "hidden" });
		await person(bob, "Dave").waitFor({ state: "hidden" });
	});
	await rooms(check, alice, bob);
}

async function rooms(check, alice, bob) {
	await check("a new room is offered to all, and its unread messages are counted", async () => {
		await alice.getByTestId("new-room-input").fill("harbour");
		await alice.getByTestId("new-room-button").click();
		await alice.getByTestId("chat-title").filter({ hasText: "harbour" }).waitFor();
		await bob.getByTestId("room-harbour").click();
		await say(bob, "ahoy");
		await message(alice, "ahoy").waitFor();
		await bob.getByTestId("room-lobby").click();
		for (const text of ["one", "two", "three"]) await say(alice, text);
		await bob.getByTestId("unread-harbour").filter({ hasText: /^3$/ }).waitFor();
		await bob.getByTestId("room-harbour").click();
		await message(bob, "three").waitFor();
		await noUnread(bob, "harbour");
		await screenshot(bob, "chat-room");
	});
	await check("a reloaded page is still the same person in the same room", async () => {
		await bob.reload();
		await connected(bob);
		await bob.getByTestId("chat-title").filter({ hasText: "harbour" }).waitFor();
		assert.equal(await bob.getByTestId("my-name").textContent(), "Bob");
		await say(bob, "back after a reload");
		await message(alice, "back after a reload").waitFor();
	});
}

async function returning(server, check, alice, bob) {
	await check("after a crash of the server both pages come back by themselves and chat again", async () => {
		await server.restart(async () => {
			for (const page of [alice, bob]) {
				await page.locator('[data-testid="connection-state"]:not([data-state="open"])').waitFor();
			}
			await say(alice, "written while the server was away");
			await screenshot(alice, "chat-reconnecting");
		});
		await Promise.all([connected(alice), connected(bob)]);
		await message(bob, "written while the server was away").waitFor();
		await delivered(alice, "written while the server was away");
		await say(bob, "and here we are again");
		await message(alice, "and here we are again").waitFor();
		assert.equal(await message(bob, "written while the server was away").count(), 1);
		await screenshot(alice, "chat-back");
	});
	await check("only the missing server was complained of in the console", () => {
		const faults = [...alice.faults, ...bob.faults];
		assert.deepEqual(faults.filter((fault) => !EXPECTED_WHILE_DOWN.test(fault)), []);
	});
}

async function phone(browser, server, check, alice) {
	await check("on a phone nothing is wider than the screen", async () => {
		const page = await openPage(browser, server.process.url + "/", PHONE);
		await fitsTheWidth(page, "the name form");
		await screenshot(page, "phone-join");
		await page.getByTestId("name-input").fill("A rather long name 12345");
		await page.getByTestId("join-button").tap();
		await connected(page);
		await say(page, `words and words and ${"averylongword".repeat(20)} https://example.org/${"path/".repeat(30)}`);
		await delivered(page, "words and words");
		await fitsTheWidth(page, "the conversation");
		await screenshot(page, "phone-chat");
		await page.getByTestId("menu-button").tap();
		await page.getByTestId("room-lobby").waitFor();
		await fitsTheWidth(page, "the drawer");
		await screenshot(page, "phone-drawer");
		await page.getByTestId("user-Alice").tap();
		await say(page, "from my phone");
		await person(alice, "A rather long name 12345").click();
		await message(alice, "from my phone").waitFor();
		assert.deepEqual(page.faults, []);
		await page.context().close();
	});
}

async function fitsTheWidth(page, what) {
	const [contentPx, screenPx] = await page.evaluate(() => [document.documentElement.scrollWidth, screen.width]);
	assert.ok(contentPx <= screenPx, `${what} is ${contentPx} px wide on a screen of ${screenPx} px`);
}

module.exports = { run };
