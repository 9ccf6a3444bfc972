// Checks wss with the npm package ws, which trusts the test's certificate authority and nothing else.
// Knows the URL of a server with TLS and compression.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const https = require("node:https");
const { runChecks } = require("../node/checks");
const { jsonText } = require("./texts");
const { open } = require("./ws_connection");

const URL_TLS = process.env.HAWSER_URL_TLS;
const ca = fs.readFileSync(process.env.HAWSER_CA);

/** A check: 1 MB of text goes both ways over exactly this version of TLS. */
function speaks(version) {
	return async () => {
		const client = await open(URL_TLS, { ca, minVersion: version, maxVersion: version });
		assert.equal(client.socket._socket.getProtocol(), version);
		assert.match(client.response.headers["sec-websocket-extensions"], /^permessage-deflate/);
		const text = jsonText(1_000_000);
		assert.ok((await client.echo(text)).data.toString() === text, "the text came back changed");
		assert.equal((await client.close()).code, 1000);
	};
}

runChecks("ws, wss", {
	"1 MB of text both ways over TLS 1.3": speaks("TLSv1.3"),
	"1 MB of text both ways over TLS 1.2": speaks("TLSv1.2"),
	"the certificate is good for localhost as well": async () => {
		const client = await open(URL_TLS.replace("127.0.0.1", "localhost"), { ca });
		assert.equal((await client.echo("hello")).data.toString(), "hello");
		assert.equal((await client.close()).code, 1000);
	},
	"a client that does not trust the certificate does not connect": () =>
		assert.rejects(open(URL_TLS), { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }),
	"a plain https request on the WebSocket path is told to upgrade": async () => {
		const response = await new Promise((resolve, reject) => {
			https.get(URL_TLS.replace("wss:", "https:"), { ca }, resolve).on("error", reject);
		});
		response.resume();
		assert.equal(response.statusCode, 426);
	},
	"100 clients connect at once and get their messages back": () =>
		Promise.all(Array.from({ length: 100 }, async (_, i) => {
			const client = await open(URL_TLS, { ca });
			assert.equal((await client.echo(`client ${i}`)).data.toString(), `client ${i}`);
			assert.equal((await client.close()).code, 1000);
		})),
});
