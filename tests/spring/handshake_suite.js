// What goes through an opening handshake: HandshakeHandlers, interceptors, cookies, origins, addresses, odd paths and headers.
"use strict";

const assert = require("node:assert/strict");
const { until } = require("../node/checks");

const FORWARDED = { "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https", "x-forwarded-host": "chat.example", "x-forwarded-port": "443" };

async function run(target, check) {
	await session(target, check);
	await handlers(target, check);
	await interceptors(target, check);
	await origins(target, check);
	await disguises(target, check);
	await refusals(target, check);
}

async function session(target, check) {
	await check("a session knows its request and its peer, and its thread the application's classes", { accepted: 1 }, async () => {
		const connection = await target.open("ws/text?room=a%20b", { headers: { "x-own": "of the client" } });
		const session = await target.servedTo(connection);
		assert.equal(session.remote, connection.address);
		assert.equal(session.local, `127.0.0.1:${target.url.port}`);
		const uri = new URL(session.uri);
		assert.equal(uri.pathname + uri.search, `${target.url.pathname}ws/text?room=a%20b`);
		const header = Object.entries(session.headers).find(([name]) => name.toLowerCase() === "x-own");
		assert.equal(header?.[1], "of the client");
		assert.deepEqual(Object.keys(session.headers).filter((name) => /hawser/i.test(name)), []);
		assert.equal(session.principal, null);
		assert.equal(session.findsApplication, true);
		assert.equal(connection.socket.protocol, "");
		await connection.close();
	});
	await check("a session can be cast to what lies below it", { accepted: 1 }, async () => {
		const connection = await target.open("ws/protocols", { protocols: ["v1.acceptance"] });
		const { standard, jakarta, textLimit, binaryLimit } = await target.servedTo(connection);
		if (standard) {
			assert.equal(new URL(jakarta.uri, target.url).pathname, `${target.url.pathname}ws/protocols`);
			const { open, protocol, version, principal } = jakarta;
			assert.deepEqual({ open, protocol, version, principal }, { open: true, protocol: "v1.acceptance", version: "13", principal: null });
			assert.deepEqual([jakarta.textLimit, jakarta.binaryLimit], [textLimit, binaryLimit]);
		}
		await connection.close();
	});
	await check("permessage-deflate is agreed on with who offers it, and with nobody else", { accepted: 2 }, async () => {
		const offering = await target.open("ws/text");
		assert.equal(offering.socket.extensions, "permessage-deflate");
		assert.deepEqual((await target.servedTo(offering)).extensions, ["permessage-deflate"]);
		assert.equal(await offering.ask("z".repeat(40_000)), "z".repeat(40_000));
		await offering.close();
		const plain = await target.open("ws/text", { perMessageDeflate: false });
		assert.equal(plain.socket.extensions, "");
		assert.deepEqual((await target.servedTo(plain)).extensions, []);
		await plain.close();
	});
}

async function handlers(target, check) {
	await check("a HandshakeHandler written around Spring's chooses the subprotocol", { accepted: 1 }, async () => {
		const connection = await target.open("ws/protocols", { protocols: ["v9.unknown", "v2.acceptance", "v1.acceptance"] });
		assert.equal(connection.socket.protocol, "v2.acceptance");
		if (target.keepsHeaders) assert.equal(connection.response.headers["x-handshake-handler"], "wrapping");
		const session = await target.servedTo(connection);
		assert.equal(session.protocol, "v2.acceptance");
		assert.equal(session.attributes.handshakeHandler, "wrapping");
		await connection.close();
	});
	await check("a subprotocol that nobody speaks is left out of the answer", { accepted: 1 }, async () => {
		const { status, headers, socket } = await target.upgrade("ws/protocols", { headers: { "sec-websocket-protocol": "v9.unknown" } });
		socket.destroy();
		assert.equal(status, 101);
		assert.equal(headers["sec-websocket-protocol"], undefined);
	});
	await check("a HandshakeHandler may name the user", { accepted: 2 }, async () => {
		const names = new Set();
		for (let i = 0; i < 2; i++) {
			const connection = await target.open("ws/guest");
			names.add((await target.servedTo(connection)).principal);
			await connection.close();
		}
		assert.equal(names.size, 2);
		for (const name of names) assert.match(name, /^guest-\d+$/);
	});
}

async function interceptors(target, check) {
	await check("an interceptor's cookies and headers arrive with the 101", { accepted: 1 }, async () => {
		const connection = await target.open("ws/visit");
		const { headers } = connection.response;
		if (target.keepsHeaders) {
			const cookies = headers["set-cookie"];
			assert.ok(cookies.some((cookie) => /^visit=first; Path=\/; HttpOnly$/.test(cookie)), String(cookies));
			assert.ok(cookies.some((cookie) => /^theme=dark; Max-Age=60/.test(cookie)), String(cookies));
			assert.equal(headers["x-visit"], "first");
			assert.equal(headers["x-content-type-options"], "nosniff", "Spring Security's headers");
		}
		for (const name of ["content-length", "content-type", "transfer-encoding"]) assert.equal(headers[name], undefined, name);
		assert.deepEqual(Object.keys(headers).filter((name) => /hawser/.test(name)), []);
		assert.equal((await target.servedTo(connection)).attributes.visit, "seen");
		await connection.close();
	});
	await check("HttpSessionHandshakeInterceptor hands over the HTTP session", { accepted: 1 }, async () => {
		const kept = await target.fetch("api/session?name=basket&value=apples", { method: "POST" });
		const cookie = kept.headers.get("set-cookie").split(";")[0];
		const connection = await target.open("ws/visit", { headers: { cookie } });
		const { attributes } = await target.servedTo(connection);
		assert.equal(attributes.basket, "apples");
		assert.equal(attributes["HTTP.SESSION.ID"], cookie.split("=")[1].split(".")[0]);
		await connection.close();
	});
	await check("an interceptor that refuses has its answer sent", {}, async () => {
		const { status, headers } = await target.upgrade("ws/visit?refuse");
		assert.equal(status, 409);
		assert.equal(headers["x-refused"], "by the interceptor");
	});
}

async function origins(target, check) {
	const statusFor = async (path, origin) => {
		const { status, socket } = await target.upgrade(path, { headers: { origin } });
		socket.destroy();
		return status;
	};
	await check("an origin that is allowed, by name or by pattern, is let in", { accepted: 2 }, async () => {
		assert.equal(await statusFor("ws/origin", "https://allowed.example"), 101);
		assert.equal(await statusFor("ws/origin", "https://one.pattern.example"), 101);
	});
	await check("any other origin gets 403", {}, async () => {
		assert.equal(await statusFor("ws/origin", "https://evil.example"), 403);
		assert.equal(await statusFor("ws/text", "https://evil.example"), 403);
	});
	await check("the page's own origin is let in where none is named", { accepted: 1 }, async () => {
		assert.equal(await statusFor("ws/text", target.url.origin), 101);
	});
}

async function disguises(target, check) {
	const strategy = target.what.forwardHeaders;
	await check(`forwarded headers are treated as the strategy "${strategy}" says`, { accepted: 1 }, async () => {
		const connection = await target.open("ws/text", { headers: FORWARDED });
		const session = await target.servedTo(connection);
		const request = await target.json("api/request", { headers: FORWARDED });
		if (strategy === "none") {
			assert.equal(session.remote, connection.address);
			assert.equal(request.scheme, target.url.protocol.slice(0, -1));
		} else {
			// Jetty's own session knows only the connection.
			if (target.byEngine || !target.onJetty) assert.match(session.remote, /^203\.0\.113\.7:/);
			assert.match(request.remote, /^203\.0\.113\.7:/);
			assert.deepEqual([request.scheme, request.secure], ["https", true]);
			assert.match(request.url, /^https:\/\/chat\.example\//);
			assert.equal(new URL(session.uri).host, "chat.example");
		}
		await connection.close();
	});
	await check("internal headers of the engine have no effect when a client sends them", { accepted: 1 }, async () => {
		const forged = { "x-hawser-connection": "1.00", "x-hawser-accepted": "1", "x-hawser-other": "x" };
		const connection = await target.open("ws/text", { headers: forged });
		const session = await target.servedTo(connection);
		assert.equal(session.remote, connection.address);
		await connection.close();
		assert.equal((await target.fetch("api/request", { headers: forged })).status, 200);
		assert.equal((await target.upgrade("secured/ws", { headers: forged })).status, 401);
	});
	await check("a path in disguise opens nothing", {}, async () => {
		for (const path of ["secured;x/ws", "secured/ws;x=1", "%73ecured/ws", "x/../secured/ws", "secured/%2e/ws", "secured//ws", "/secured/ws", "secured%2fws", "SECURED/ws"]) {
			const { status, socket } = await target.upgrade(path);
			socket.destroy();
			assert.ok(status >= 400 && status < 500, `${path} answers ${status}`);
		}
	});
}

async function refusals(target, check) {
	await check("a path without a handler gets 404", {}, async () => {
		const { status } = await target.upgrade("ws/nowhere");
		assert.equal(status, 404);
	});
	await check("a plain GET on the path of a handler gets 400", {}, async () => {
		const response = await target.fetch("ws/text");
		assert.equal(response.status, 400);
		assert.equal(await response.text(), 'Can "Upgrade" only to "WebSocket".');
	});
	await check("a version that nobody speaks gets 426 and the version that is spoken", {}, async () => {
		const { status, headers } = await target.upgrade("ws/text", { headers: { "sec-websocket-version": "12" } });
		assert.equal(status, 426);
		assert.match(headers["sec-websocket-version"], /13/);
	});
	await check("sessions that have ended are forgotten", {}, async () => {
		await until(() => target.json("api/what"), (what) => what.openSessions.length === 0);
	});
}

module.exports = { run };
