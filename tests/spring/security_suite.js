// Spring Security before the handshake: nobody is upgraded who may not be, and who is has his name.
"use strict";

const assert = require("node:assert/strict");
const { ADMIN, ALICE, BASIC } = require("./target");

async function run(target, check) {
	await check("without a name the handshake gets 401 and a challenge", {}, async () => {
		const { status, headers } = await target.upgrade("secured/ws");
		assert.equal(status, 401);
		assert.match(headers["www-authenticate"], /^Basic realm="acceptance"/);
	});
	await check("with a wrong password it gets 401", {}, async () => {
		assert.equal((await target.upgrade("secured/ws", { headers: BASIC("alice", "wrong") })).status, 401);
	});
	await check("without the role it gets 403", {}, async () => {
		assert.equal((await target.upgrade("secured/admin/ws", { headers: ALICE })).status, 403);
	});
	await check("with basic authentication the session has the principal", { accepted: 2 }, async () => {
		for (const [path, headers, name] of [["secured/ws", ALICE, "alice"], ["secured/admin/ws", ADMIN, "admin"]]) {
			const connection = await target.open(path, { headers });
			const session = await target.servedTo(connection);
			assert.equal(session.principal, name);
			if (session.jakarta) assert.equal(session.jakarta.principal, name);
			await connection.close();
		}
	});
	await check("who has logged in by the form has his name in the handshake, until he logs out", { accepted: 1 }, async () => {
		const user = new Visitor(target);
		const page = await user.get("login");
		const token = /name="_csrf"[^>]*value="([^"]+)"/.exec(await page.text())[1];
		assert.equal((await user.post("login", { username: "alice", password: "wonderland", _csrf: token })).status, 302);
		const connection = await target.open("secured/ws", { headers: { cookie: user.cookie } });
		assert.equal((await target.servedTo(connection)).principal, "alice");
		await connection.close();
		const form = await (await user.get("logout")).text();
		await user.post("logout", { _csrf: /name="_csrf"[^>]*value="([^"]+)"/.exec(form)[1] });
		assert.equal((await target.upgrade("secured/ws", { headers: { cookie: user.cookie } })).status, 401);
	});
	await check("a post without the token gets 403", {}, async () => {
		const visitor = new Visitor(target);
		assert.equal((await visitor.post("logout", {})).status, 403);
	});
}

/** A browser, as far as cookies go. */
class Visitor {
	cookie = "";

	constructor(target) {
		this.target = target;
	}

	get(path) {
		return this.#send(path, {});
	}

	post(path, form) {
		return this.#send(path, { method: "POST", body: new URLSearchParams(form) });
	}

	async #send(path, options) {
		const response = await this.target.fetch(path, { ...options, headers: { cookie: this.cookie } });
		const cookie = response.headers.get("set-cookie");
		if (cookie) this.cookie = cookie.split(";")[0];
		return response;
	}
}

module.exports = { run };
