// Many clients in one process, which the cut ends by force: opens COUNT WebSockets, has each one served once, says `ready` and stays.
// Knows nothing of WebSockets but the bytes of a handshake and of one short text, so that 5,000 of them cost little.
//
// Usage: crowd.js PORT PATH COUNT ADDRESS (the address of this machine that the clients come from)
"use strict";

const net = require("node:net");

const AT_A_TIME = 64;
const HELLO = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]);
const ANSWER = Buffer.from([0x81, 0x02, 0x68, 0x69]);

async function main() {
	const [port, path, count, address] = process.argv.slice(2);
	let left = Number(count);
	const one = async () => {
		while (left-- > 0) await connect(Number(port), path, address);
	};
	await Promise.all(Array.from({ length: AT_A_TIME }, one));
	console.log("ready");
}

/** Resolves once the server has answered the client's text. */
function connect(port, path, address) {
	const head = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
	return new Promise((resolve, reject) => {
		const socket = net.connect({ port, host: "127.0.0.1", localAddress: address });
		let bytes = Buffer.alloc(0);
		let asked = false;
		socket.on("error", reject).on("close", () => reject(new Error(`ended after: ${bytes.toString("latin1").slice(0, 300)}`)));
		socket.on("data", (data) => {
			bytes = Buffer.concat([bytes, data]);
			const end = bytes.indexOf("\r\n\r\n");
			if (end >= 0 && !asked) {
				if (!bytes.toString("latin1").startsWith("HTTP/1.1 101 ")) return socket.destroy();
				asked = true;
				socket.write(HELLO);
			}
			if (asked && bytes.subarray(end + 4).equals(ANSWER)) resolve();
		});
		socket.write(head);
	});
}

main().catch((error) => {
	console.log(error.message);
	process.exit(1);
});
