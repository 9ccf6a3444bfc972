// Start reading the page here: puts the parts together, and decides what follows from what.
//
//   server <-> connection.js -> state.js -> view.js <-> person
//                         ^---- outbox.js <---'

import { Connection } from "./connection.js";
import { Outbox } from "./outbox.js";
import { ChatState, LOBBY } from "./state.js";
import { browser, keep, randomId, recall, tab } from "./storage.js";
import { View } from "./view.js";

const TYPING_EVERY_MS = 2_500;

/** This tab's stay: survives a reload, ends with the tab. The key proves that it is the same page that comes back. */
let stay = recall(tab, "stay");
let welcomed = false;
let rooms = [];
let openNextRoom = false;
let typingToldAt = 0;

const state = new ChatState(() => changed());
const connection = new Connection({
	url: new URL("chat", location.href.replace(/^http/, "ws")).href,
	hello: () => ({ type: "hello", name: stay.name, key: stay.key, rooms: roomsToJoin() }),
	onEvent: receive,
	onState: connectionChanged,
});
const outbox = new Outbox({
	send: (object) => connection.send(object),
	onSilence: () => connection.lost(),
	onChange: () => changed(),
});
const view = new View({ state, outbox, connection }, {
	enter,
	leaveChat,
	openChat,
	createRoom,
	leaveRoom,
	send,
	typing,
	retryConnection: () => (connection.state === "replaced" ? connection.start() : connection.wake()),
});

function changed() {
	view.changed();
	if (welcomed && stay) {
		keep(tab, "stay", { ...stay, rooms: roomsToJoin(), active: state.active, outbox: outbox.entries });
	}
}

/** Rooms to be in: those of before a reload until the first welcome, then those of the page. */
function roomsToJoin() {
	return welcomed ? rooms : stay.rooms ?? [];
}

function receive(event) {
	if (event.type === "error") {
		refused(event);
		return;
	}
	if (event.type === "welcome") {
		arrived(event);
	}
	state.apply(event);
	if (event.type === "history") {
		event.messages.filter((message) => message.from === state.me).forEach((message) => outbox.delivered(message.ref));
		joined(event.chat);
	}
	if (event.type === "message" && event.from === state.me) {
		outbox.delivered(event.ref);
	}
	if (event.type === "message" && event.from !== state.me) {
		view.announce(event);
	}
}

function arrived(event) {
	stay.name = event.name;
	if (!welcomed) {
		keep(browser, "name", event.name);
		rooms = stay.rooms ?? [];
		outbox.restore(stay.outbox ?? []);
		state.active = stay.active ?? LOBBY;
		welcomed = true;
	}
}

function joined(chat) {
	if (chat.startsWith("#") && !rooms.includes(chat.slice(1))) {
		rooms = [...rooms, chat.slice(1)];
	}
	if (openNextRoom && chat.startsWith("#")) {
		openNextRoom = false;
		openChat(chat);
	}
}

function refused({ request, code, text, ref }) {
	if (request === "hello") {
		connection.stop();
		view.showJoin(text, stay.name);
	} else if (request === "send") {
		outbox.refused(ref, code, text);
	} else if (request === "join") {
		openNextRoom = false;
		view.roomRefused(text);
	}
}

function connectionChanged() {
	if (connection.state === "open") {
		outbox.pump();
	} else {
		outbox.disconnected();
	}
	changed();
}

function enter(name) {
	stay = { rooms: [], ...stay, name, key: stay?.name === name ? stay.key : randomId() };
	connection.start();
}

function leaveChat() {
	stay = null;
	keep(tab, "stay", null);
	connection.stop();
	location.reload();
}

function openChat(id) {
	if (id.startsWith("#") && !state.chat(id).joined) {
		joinRoom(id.slice(1));
	}
	state.open(id);
	view.focusComposer();
}

function createRoom(name) {
	openNextRoom = joinRoom(name);
	return openNextRoom;
}

function joinRoom(name) {
	return connection.send({ type: "join", room: name });
}

function leaveRoom(id) {
	if (connection.send({ type: "leave", room: id.slice(1) })) {
		rooms = rooms.filter((room) => room !== id.slice(1));
		state.forget(id);
	}
}

function send(text) {
	state.answered();
	outbox.add(state.active, text);
}

function typing() {
	if (Date.now() - typingToldAt > TYPING_EVERY_MS && connection.send({ type: "typing", chat: state.active })) {
		typingToldAt = Date.now();
	}
}

document.addEventListener("visibilitychange", () => state.setVisible(document.visibilityState === "visible"));
state.visible = document.visibilityState === "visible";

if (stay) {
	connection.start();
	view.showChat();
} else {
	view.showJoin("", recall(browser, "name") ?? "");
}
