// One lasting connection over many WebSockets: connects, notices a dead one, comes back. Knows nothing of chatting
// but that the server's first answer to "hello" is "welcome", and that "ping" is answered.

const CONNECT_TIMEOUT_MS = 8_000;
const QUIET_MS = 20_000;
const ANSWER_TIMEOUT_MS = 8_000;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 30_000;

/** The server's close code for a page whose place was taken by another window: coming back would start a fight. */
const OPENED_ELSEWHERE = 4001;

/**
 * States: "idle" (not started), "connecting", "open" (welcomed), "waiting" (until the next attempt), "replaced"
 * (another window has taken over; only start() leads on).
 */
export class Connection {
	state = "idle";
	/** Whether the connection was open before: then "connecting" means coming back. */
	wasOpen = false;
	#url;
	#hello;
	#onEvent;
	#onState;
	#socket = null;
	#attempt = 0;
	#retryAt = 0;
	#timer = 0;

	/**
	 * @param url of the server, ws: or wss:
	 * @param hello returns what to send first on each new WebSocket
	 * @param onEvent called with each object from the server
	 * @param onState called when the state, or the time to wait, has changed
	 */
	constructor({ url, hello, onEvent, onState }) {
		this.#url = url;
		this.#hello = hello;
		this.#onEvent = onEvent;
		this.#onState = onState;
		addEventListener("online", () => this.wake());
		document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.wake());
	}

	/** Seconds until the next attempt, rounded up. */
	get secondsLeft() {
		return Math.max(1, Math.ceil((this.#retryAt - Date.now()) / 1000));
	}

	start() {
		this.#attempt = 0;
		this.#connect();
	}

	/** Ends the connection for good, until start(). */
	stop() {
		this.#drop();
		this.wasOpen = false;
		this.#enter("idle");
	}

	/** Sends an object if the connection is open; says whether it did. */
	send(object) {
		if (this.state !== "open") {
			return false;
		}
		this.#socket.send(JSON.stringify(object));
		return true;
	}

	/** The network may have changed: tries again at once, or makes sure that the connection still lives. */
	wake() {
		if (this.state === "waiting") {
			this.#connect();
		} else if (this.state === "open") {
			this.#probe();
		}
	}

	/** Gives up the present WebSocket, because an answer is missing, and connects anew. */
	lost() {
		this.#drop();
		this.#wait();
	}

	#connect() {
		this.#drop();
		this.#enter("connecting");
		this.#timer = setTimeout(() => this.lost(), CONNECT_TIMEOUT_MS);
		const socket = new WebSocket(this.#url);
		this.#socket = socket;
		socket.onopen = () => socket.send(JSON.stringify(this.#hello()));
		socket.onmessage = (message) => this.#receive(JSON.parse(message.data));
		socket.onclose = (event) => this.#closed(event.code);
	}

	#receive(event) {
		if (event.type === "welcome") {
			this.#attempt = 0;
			this.wasOpen = true;
		}
		if (event.type === "welcome" || this.state === "open") {
			this.#expectQuiet();
		}
		if (event.type !== "pong") {
			this.#onEvent(event);
		}
		if (event.type === "welcome") {
			this.#enter("open");
		}
	}

	#closed(code) {
		this.#drop();
		if (code === OPENED_ELSEWHERE) {
			this.#enter("replaced");
		} else {
			this.#wait();
		}
	}

	/** Waits 1, 2, 4 ... 30 s, of which the second half is random: not all pages come back in the same instant. */
	#wait() {
		const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempt++);
		this.#retryAt = Date.now() + delay / 2 + (Math.random() * delay) / 2;
		this.#enter("waiting");
		this.#countDown();
	}

	#countDown() {
		const left = this.#retryAt - Date.now();
		if (left <= 0) {
			this.#connect();
			return;
		}
		this.#onState();
		this.#timer = setTimeout(() => this.#countDown(), left % 1000 || 1000);
	}

	#expectQuiet() {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#probe(), QUIET_MS);
	}

	#probe() {
		clearTimeout(this.#timer);
		this.send({ type: "ping" });
		this.#timer = setTimeout(() => this.lost(), ANSWER_TIMEOUT_MS);
	}

	/** Forgets the WebSocket at once: a dead network would answer its closing handshake only after minutes. */
	#drop() {
		clearTimeout(this.#timer);
		if (this.#socket) {
			this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
			this.#socket.close();
			this.#socket = null;
		}
	}

	#enter(state) {
		this.state = state;
		this.#onState();
	}
}
