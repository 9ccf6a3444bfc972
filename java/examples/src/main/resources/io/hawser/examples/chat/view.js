// The frame of the page: name form, heading, connection, writing. Lists are drawn by sidebar.js and messages.js.
// Knows what people do and tells it to the actions it was given; decides nothing.

import { byId, byTestId, setText } from "./dom.js";
import { Messages } from "./messages.js";
import { Sidebar } from "./sidebar.js";

/** As on the server: in UTF-16 units, which is what JavaScript's length counts. */
const MAX_TEXT_CHARS = 2_000;
const COUNT_FROM_CHARS = 1_700;
const MAX_NAME_CHARS = 24;
const HINT = "Enter sends, Shift + Enter starts a new line";

export class View {
	#model;
	#actions;
	#sidebar;
	#messages;
	#input = byId("message-input");
	#nameInput = byId("name-input");
	#shownChat = null;
	#shownConnection = "";
	#drawing = false;

	constructor(model, actions) {
		this.#model = model;
		this.#actions = actions;
		this.#sidebar = new Sidebar(model.state, actions);
		this.#messages = new Messages(model, { retry: (ref) => model.outbox.retry(ref), remove: (ref) => model.outbox.remove(ref) });
		byId("join-form").addEventListener("submit", (event) => this.#join(event));
		byId("composer").addEventListener("submit", (event) => this.#submit(event));
		byId("leave-chat").addEventListener("click", () => actions.leaveChat());
		byId("leave-room").addEventListener("click", () => actions.leaveRoom(model.state.active));
		byId("retry-now").addEventListener("click", () => actions.retryConnection());
		this.#input.addEventListener("keydown", (event) => this.#key(event));
		this.#input.addEventListener("input", () => this.#written());
	}

	/** Something has changed: draws once for all changes of this moment. No animation frame, for hidden tabs get none. */
	changed() {
		if (!this.#drawing) {
			this.#drawing = true;
			queueMicrotask(() => {
				this.#drawing = false;
				this.#draw();
			});
		}
	}

	/** Shows the name form; a text says why it is shown again. */
	showJoin(text, name) {
		byId("chat-screen").hidden = true;
		byId("join-screen").hidden = false;
		setText(byId("join-error"), text);
		this.#nameInput.toggleAttribute("aria-invalid", text !== "");
		this.#nameInput.value = name ?? this.#nameInput.value;
		this.#joinButton("Join the chat", false);
		this.#nameInput.focus();
		this.#nameInput.select();
	}

	showChat() {
		byId("join-screen").hidden = true;
		byId("chat-screen").hidden = false;
	}

	roomRefused(text) {
		this.#sidebar.refused(text);
	}

	/** Puts the cursor where one writes, unless that would bring up a screen keyboard. */
	focusComposer() {
		this.#sidebar.close();
		if (matchMedia("(hover: hover)").matches) {
			this.#input.focus();
		} else {
			byId("chat-title").focus();
		}
	}

	/** Tells a screen reader of a message elsewhere; those in the open conversation are read from the list itself. */
	announce({ chat, from }) {
		if (chat !== this.#model.state.active) {
			setText(byId("announcer"), chat.startsWith("#") ? `New message from ${from} in ${chat.slice(1)}` : `New message from ${from}`);
		}
	}

	#draw() {
		const { state, connection } = this.#model;
		document.title = state.unread > 0 ? `(${state.unread}) Hawser Chat` : "Hawser Chat";
		if (connection.state === "open" && byId("chat-screen").hidden) {
			this.showChat();
			this.focusComposer();
		}
		if (byId("chat-screen").hidden) {
			this.#drawJoining();
			return;
		}
		this.#drawConnection();
		this.#sidebar.draw();
		this.#drawHeading();
		this.#drawComposer();
		this.#messages.draw();
		setText(byId("typing"), typingText([...state.activeChat.typing.keys()]));
	}

	#drawJoining() {
		const { connection } = this.#model;
		if (connection.state === "connecting") {
			this.#joinButton("Joining …", true);
		} else if (connection.state === "waiting") {
			setText(byId("join-error"), "The chat cannot be reached at the moment.");
			this.#joinButton(`Trying again in ${connection.secondsLeft} s`, true);
		}
	}

	#joinButton(text, disabled) {
		setText(byTestId("join-button"), text);
		byTestId("join-button").disabled = disabled;
	}

	#drawConnection() {
		const { connection } = this.#model;
		const [text, action] = {
			idle: ["Not connected", ""],
			connecting: [connection.wasOpen ? "Reconnecting …" : "Connecting …", ""],
			open: ["Connected", ""],
			waiting: [`Reconnecting in ${connection.secondsLeft} s`, "Try now"],
			replaced: ["The chat is open in another window", "Use it here"],
		}[connection.state];
		byId("connection").dataset.state = connection.state;
		byId("chat-screen").classList.toggle("is-offline", connection.state !== "open");
		setText(byId("connection-text"), text);
		setText(byId("my-state"), connection.state === "open" ? "Online" : "Offline");
		setText(byId("retry-now"), action);
		byId("retry-now").hidden = action === "";
		if (this.#shownConnection !== connection.state && connection.state !== "connecting") {
			setText(byId("announcer"), connection.state === "waiting" ? "Connection lost, reconnecting" : text);
		}
		this.#shownConnection = connection.state;
	}

	#drawHeading() {
		const { state, connection } = this.#model;
		const isRoom = state.active.startsWith("#");
		const name = state.active.slice(1);
		const members = state.rooms.get(name) ?? 0;
		setText(byId("chat-title"), isRoom ? `# ${name}` : name);
		const presence = connection.state === "open" && state.users.has(name) ? "Online" : "Not online";
		setText(byId("chat-subtitle"), isRoom ? `${members} ${members === 1 ? "person" : "people"} in this room` : `${presence} · private, just the two of you`);
		byId("leave-room").hidden = !isRoom || name === "lobby" || !state.activeChat.joined;
	}

	#drawComposer() {
		const { state, connection } = this.#model;
		if (this.#shownChat !== state.active) {
			if (this.#shownChat !== null && state.chats.has(this.#shownChat)) {
				state.chat(this.#shownChat).draft = this.#input.value;
			}
			this.#shownChat = state.active;
			this.#input.value = state.activeChat.draft;
			this.#input.placeholder = state.active.startsWith("#") ? `Message ${state.active}` : `Message ${state.active.slice(1)}`;
			this.#measure();
		}
		const offline = connection.state !== "open";
		setText(byId("hint-text"), offline ? "You are offline. What you write is sent when you are back." : HINT);
		byId("hint-text").classList.toggle("is-important", offline);
	}

	#join(event) {
		event.preventDefault();
		const name = this.#nameInput.value.trim();
		if (name === "" || [...name].length > MAX_NAME_CHARS) {
			this.showJoin(name === "" ? "Please enter a name." : `This name is too long: at most ${MAX_NAME_CHARS} characters.`);
			return;
		}
		setText(byId("join-error"), "");
		this.#nameInput.removeAttribute("aria-invalid");
		this.#actions.enter(name);
	}

	#key(event) {
		if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
			this.#submit(event);
		}
	}

	#submit(event) {
		event.preventDefault();
		const text = this.#text();
		if (text !== "" && text.length <= MAX_TEXT_CHARS) {
			this.#input.value = "";
			this.#measure();
			this.#actions.send(text);
		}
		this.#input.focus();
	}

	/** What would be sent: no empty lines around it, no half characters. */
	#text() {
		const text = this.#input.value.replace(/^\s*\n|\s+$/g, "");
		return text.toWellFormed?.() ?? text;
	}

	#written() {
		this.#measure();
		if (this.#input.value.trim() !== "") {
			this.#actions.typing();
		}
	}

	#measure() {
		const length = this.#text().length;
		byTestId("send-button").disabled = length === 0 || length > MAX_TEXT_CHARS;
		setText(byId("text-count"), length >= COUNT_FROM_CHARS ? `${length} of ${MAX_TEXT_CHARS}` : "");
		byId("text-count").classList.toggle("is-over", length > MAX_TEXT_CHARS);
		this.#input.style.height = "auto";
		this.#input.style.height = `${this.#input.scrollHeight + 2}px`;
	}
}

function typingText(names) {
	switch (names.length) {
		case 0: return "";
		case 1: return `${names[0]} is typing`;
		case 2: return `${names[0]} and ${names[1]} are typing`;
		default: return "Several people are typing";
	}
}
