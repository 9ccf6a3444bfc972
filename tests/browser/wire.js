// A relay in front of a server that counts the bytes of both directions. Knows nothing of what they mean.
"use strict";

const net = require("node:net");
const { once } = require("node:events");

class Wire {
	/** Relays connections to the server at `target`, an http:// URL; `url` is the relay's own. */
	static async before(target) {
		const wire = new Wire();
		const { protocol, hostname, port } = new URL(target);
		wire.sentBytes = 0;
		wire.receivedBytes = 0;
		wire.server = net.createServer((client) => {
			const server = net.connect(port, hostname);
			client.on("data", (data) => (wire.sentBytes += data.length)).pipe(server);
			server.on("data", (data) => (wire.receivedBytes += data.length)).pipe(client);
			client.on("error", () => server.destroy());
			server.on("error", () => client.destroy());
		});
		wire.server.listen(0, "127.0.0.1");
		await once(wire.server, "listening");
		wire.url = `${protocol}//127.0.0.1:${wire.server.address().port}`;
		return wire;
	}

	/** Runs `body` and returns its result with the bytes that went to and from the server meanwhile. */
	async count(body) {
		const [sent, received] = [this.sentBytes, this.receivedBytes];
		const result = await body();
		return { result, sentBytes: this.sentBytes - sent, receivedBytes: this.receivedBytes - received };
	}

	/** Ends with the connections, which the page closes. */
	close() {
		this.server.close();
	}
}

module.exports = { Wire };
