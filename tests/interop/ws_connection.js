// Connections of the npm package ws to an echo server. Knows no server and checks nothing.
"use strict";

const WebSocket = require("ws");
const { Connection } = require("../node/connection");

/** ws's own limit must stay above the server's, so that only the server's limit is seen. */
const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

function open(url, options = {}) {
	return Connection.opened(new WebSocket(url, [], { maxPayload: MAX_PAYLOAD_BYTES, ...options }));
}

module.exports = { open };
