// The chat's STOMP connection, which comes back by itself. Knows the server's destinations; nothing of the page.

const RECONNECT_MS = 1_000;
const HEARTBEAT_MS = 10_000;

export class Connection {
	#client;
	#listener;

	/** `listener` has `state(name)`, `rooms(names)`, `people(names)`, `history(room, messages)`, `message(message)`, `typing(room, name)`, `refused(text)`. */
	constructor(listener) {
		this.#listener = listener;
		this.#client = new StompJs.Client({
			brokerURL: new URL("stomp", location.href).href.replace(/^http/, "ws"),
			reconnectDelay: RECONNECT_MS,
			heartbeatIncoming: HEARTBEAT_MS,
			heartbeatOutgoing: HEARTBEAT_MS,
			onConnect: () => this.#connected(),
			onWebSocketClose: () => listener.state(this.#client.active ? "reconnecting" : "closed"),
		});
		listener.state("connecting");
		this.#client.activate();
	}

	/** `chat` is "#room" or "@name"; returns false while there is no connection. */
	say(chat, text) {
		return this.#publish((chat.startsWith("#") ? "/app/rooms/" : "/app/people/") + chat.slice(1), text);
	}

	tellTyping(room) {
		this.#publish(`/app/rooms/${room}/typing`, "");
	}

	close() {
		return this.#client.deactivate();
	}

	#publish(destination, body) {
		if (this.#client.connected) {
			this.#client.publish({ destination, body, headers: { "content-type": "text/plain;charset=UTF-8" } });
		}
		return this.#client.connected;
	}

	#connected() {
		this.#listener.state("open");
		this.#on("/user/queue/private", (message) => this.#listener.message(message));
		this.#client.subscribe("/user/queue/errors", ({ body }) => this.#listener.refused(body));
		this.#on("/topic/people", (names) => this.#listener.people(names));
		this.#on("/app/people", (names) => this.#listener.people(names));
		this.#on("/app/rooms", (names) => {
			this.#listener.rooms(names);
			names.forEach((name) => this.#enter(name));
		});
	}

	/** Subscribes before it asks for what was said before, so that nothing falls between. */
	#enter(room) {
		this.#on(`/topic/rooms.${room}`, (message) => this.#listener.message(message));
		this.#on(`/topic/typing.${room}`, ({ from }) => this.#listener.typing(room, from));
		this.#on(`/app/rooms/${room}`, (messages) => this.#listener.history(room, messages));
	}

	#on(destination, handle) {
		this.#client.subscribe(destination, ({ body }) => handle(JSON.parse(body)));
	}
}
