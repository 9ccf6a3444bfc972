// A client of @stomp/stompjs whose frames can be waited for. Knows no destination and checks nothing.
"use strict";

const { Client } = require("@stomp/stompjs");
const SockJS = require("sockjs-client");
const WebSocket = require("ws");

const PROBE = "are we subscribed?";
const PROBE_PAUSE_MS = 20;
const PROTOCOLS = ["v12.stomp", "v11.stomp", "v10.stomp"];

class StompClient {
	/** `socket` makes the connection; heartbeats are in milliseconds. */
	static connect(socket, { heartbeatMs = 0, connectHeaders = {} } = {}) {
		const stomp = new StompClient();
		stomp.heartbeats = 0;
		stomp.client = new Client({
			webSocketFactory: () => (stomp.socket = socket()),
			connectHeaders,
			reconnectDelay: 0,
			heartbeatIncoming: heartbeatMs,
			heartbeatOutgoing: heartbeatMs,
			debug: (line) => (stomp.heartbeats += line.includes("<<< PONG") ? 1 : 0),
		});
		stomp.error = new Promise((resolve) => (stomp.client.onStompError = resolve));
		stomp.closed = new Promise((resolve) => (stomp.client.onWebSocketClose = resolve));
		return new Promise((resolve, reject) => {
			stomp.client.onConnect = (frame) => ((stomp.connected = frame), resolve(stomp));
			stomp.closed.then((event) => reject(new Error(`closed with ${event.code} before CONNECTED`)));
			stomp.client.activate();
		});
	}

	/** Returns a subscription with `next()`, which passes over what `subscribed` sends, and fails when the connection has ended. */
	subscribe(destination) {
		const frames = [];
		const waiting = [];
		const ended = this.closed.then(({ code, reason }) => {
			throw new Error(`closed with ${code} ${reason} before a message of ${destination}`);
		});
		ended.catch(() => {}); // that is for those who wait
		const arrival = () => Promise.race([new Promise((resolve) => waiting.push(resolve)), ended]);
		const subscription = { heard: false, next: () => (frames.length > 0 ? Promise.resolve(frames.shift()) : arrival()) };
		this.client.subscribe(destination, (frame) => {
			subscription.heard = true;
			if (frame.body === PROBE) return;
			if (waiting.length > 0) waiting.shift()(frame);
			else frames.push(frame);
		});
		return subscription;
	}

	/** Waits until a subscription is known to the broker: that has no answer of its own, so messages are sent until one comes back. */
	async subscribed(subscription, destination, body = PROBE) {
		while (!subscription.heard) {
			this.send(destination, body);
			await new Promise((resolve) => setTimeout(resolve, PROBE_PAUSE_MS));
		}
	}

	send(destination, body = "", headers = {}) {
		this.client.publish({ destination, body, headers });
	}

	/** Closes the connection without a word. */
	async leave() {
		this.socket.close();
		await this.client.deactivate({ force: true });
	}

	/** Says goodbye with a receipt, as deactivate() does, and waits for the end of the connection. */
	async disconnect() {
		await this.client.deactivate();
		await this.closed;
	}
}

const overWebSocket = (url, options) => () => new WebSocket(url, PROTOCOLS, options);
const overSockJs = (url, transport) => () => new SockJS(url, null, { transports: [transport] });

module.exports = { StompClient, overWebSocket, overSockJs };
