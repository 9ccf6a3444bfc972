// `node server.js --port N [--level 1..9]`: echo server on the npm package ws with permessage-deflate as ws has it by
// default: threshold 1024 B, zlib's default level (6), ten zlib calls at once on libuv's threads. Knows nothing of the load.
"use strict";

const { WebSocketServer } = require("ws");

function option(name) {
	const at = process.argv.indexOf(name);
	return at < 0 ? undefined : Number(process.argv[at + 1]);
}

const level = option("--level");
const perMessageDeflate = level === undefined ? true : { zlibDeflateOptions: { level } };
const server = new WebSocketServer({ host: "127.0.0.1", port: option("--port") ?? 0, backlog: 1024, perMessageDeflate });

server.on("listening", () => console.log(`listening on ws://127.0.0.1:${server.address().port}/echo`));
server.on("connection", (socket) => {
	socket.on("error", (error) => console.error(error.message));
	// The bytes go back as they came: ws need not make a string of them.
	socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
});
