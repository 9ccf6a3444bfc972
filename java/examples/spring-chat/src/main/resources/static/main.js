// The page: who is logged in, what was said where, and which conversation is open. Knows neither STOMP nor how things look.

import { Connection } from "./connection.js";
import { logIn, logOut, whoAmI } from "./login.js";
import { draw, show } from "./view.js";

const ACCOUNTS = ["alice", "bob", "carol", "dave"];
const TYPING_MS = 3_000;
const MESSAGES_KEPT = 500;
const byId = (id) => document.getElementById(id);

const chats = new Map(); // "#room" or "@name" -> { messages, unread, typing }
const state = {
	me: "", rooms: [], people: [], active: "#lobby", connection: "connecting",
	get others() {
		const met = [...chats.keys()].filter((chat) => chat.startsWith("@")).map((chat) => chat.slice(1));
		return [...new Set([...this.people, ...met])].filter((name) => name !== this.me).sort();
	},
	get messages() { return chatOf(this.active).messages; },
	get typing() { return [...chatOf(this.active).typing.keys()]; },
	get unread() { return [...chats.values()].reduce((sum, chat) => sum + chat.unread, 0); },
	unreadOf: (chat) => chats.get(chat)?.unread ?? 0,
};
let connection = null;
let toldTyping = 0;

function chatOf(id) {
	if (!chats.has(id)) chats.set(id, { messages: [], unread: 0, typing: new Map() });
	return chats.get(id);
}

const redraw = () => draw(state, open);

function open(chat) {
	state.active = chat;
	chatOf(chat).unread = 0;
	redraw();
	byId("say").focus();
}

const listener = {
	state(name) { state.connection = name; redraw(); },
	rooms(names) { state.rooms = names; redraw(); },
	people(names) { state.people = names; redraw(); },
	history(room, messages) {
		const chat = chatOf(`#${room}`);
		const known = new Set(messages.map(keyOf));
		chat.messages = [...messages, ...chat.messages.filter((message) => !known.has(keyOf(message)) && message.time >= (messages.at(-1)?.time ?? 0))];
		redraw();
	},
	message(message) {
		const chat = chatOf(message.chat);
		chat.messages = [...chat.messages, message].slice(-MESSAGES_KEPT);
		stopTyping(chat, message.from);
		if (message.chat !== state.active && message.from !== state.me) chat.unread++;
		redraw();
	},
	typing(room, name) {
		if (name === state.me) return;
		const chat = chatOf(`#${room}`);
		stopTyping(chat, name);
		chat.typing.set(name, setTimeout(() => (stopTyping(chat, name), redraw()), TYPING_MS + 1_000));
		redraw();
	},
	refused(text) { byId("connection").textContent = text; },
};

const keyOf = (message) => `${message.time} ${message.from} ${message.text}`;

function stopTyping(chat, name) {
	clearTimeout(chat.typing.get(name));
	chat.typing.delete(name);
}

byId("say-form").addEventListener("submit", (event) => {
	event.preventDefault();
	const text = byId("say").value.trim();
	if (text !== "" && connection.say(state.active, text)) {
		byId("say").value = "";
		toldTyping = 0;
	}
});
byId("say").addEventListener("input", () => {
	if (state.active.startsWith("#") && Date.now() - toldTyping > TYPING_MS) {
		toldTyping = Date.now();
		connection.tellTyping(state.active.slice(1));
	}
});
byId("login-form").addEventListener("submit", async (event) => {
	event.preventDefault();
	const right = await logIn(event.target);
	byId("login-error").textContent = right ? "" : "That name and password do not go together.";
	if (right) await start();
});
byId("logout").addEventListener("click", async () => {
	await connection.close();
	await logOut();
	location.reload();
});
for (const name of ACCOUNTS) {
	const button = document.createElement("button");
	button.type = "button";
	button.textContent = name;
	button.addEventListener("click", () => {
		byId("username").value = name;
		byId("password").focus();
	});
	byId("names").append(button);
}

async function start() {
	const name = await whoAmI();
	show(name === "" ? "login" : "chat");
	if (name !== "") {
		state.me = name;
		connection = new Connection(listener);
		open(state.active);
	}
}

start();
