// The side bar: rooms, people, unread counts; on a phone a drawer. Knows nothing of messages.

import { byId, byTestId, element, hueOf, initialsOf, setText, syncChildren } from "./dom.js";
import { LOBBY } from "./state.js";

const MOST_SHOWN = 99;

export class Sidebar {
	#state;
	#actions;
	#askedRoom = "";
	#chatScreen = byId("chat-screen");
	#menuButton = byId("menu-button");
	#phone = matchMedia("(max-width: 759px)");

	constructor(state, actions) {
		this.#state = state;
		this.#actions = actions;
		this.#menuButton.addEventListener("click", () => this.#toggle(true));
		byId("backdrop").addEventListener("click", () => this.close());
		byId("new-room-form").addEventListener("submit", (event) => this.#createRoom(event));
		byTestId("new-room-input").addEventListener("input", () => setText(byId("new-room-error"), ""));
		document.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
		this.#phone.addEventListener("change", () => this.#toggle(false));
		this.#toggle(false);
	}

	close() {
		if (this.#chatScreen.classList.contains("is-menu-open")) {
			this.#toggle(false);
			this.#menuButton.focus();
		}
	}

	/** Shows why a room cannot be made or joined, and gives back the name to be put right. */
	refused(text) {
		setText(byId("new-room-error"), text);
		byTestId("new-room-input").value ||= this.#askedRoom;
		byTestId("new-room-input").focus();
	}

	draw() {
		const { me, users } = this.#state;
		setText(byId("my-name"), me ?? "");
		setText(byId("my-avatar"), initialsOf(me ?? ""));
		byId("my-avatar").className = `avatar ${hueOf(me ?? "")}`;
		setText(byId("people-count"), `${users.size} online`);
		syncChildren(byTestId("room-list"), this.#rooms(), createRoomEntry(this.#actions), updateEntry);
		syncChildren(byTestId("user-list"), this.#people(), createPersonEntry(this.#actions), updateEntry);
		const unread = this.#state.unread;
		byId("menu-badge").hidden = unread === 0;
		this.#menuButton.setAttribute("aria-label", unread === 0 ? "Rooms and people" : `Rooms and people, ${unread} unread`);
	}

	/** The lobby first, then the rooms I am in, then the others. */
	#rooms() {
		const mine = this.#state.joinedRooms.filter((name) => !this.#state.rooms.has(name));
		const rank = (entry) => (entry.key === LOBBY ? 0 : entry.joined ? 1 : 2);
		return [...this.#state.rooms.keys(), ...mine]
			.map((name) => this.#entry(`#${name}`, { note: "Join" }))
			.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
	}

	/** I, the others who are online, and those who have left but with whom something was said. */
	#people() {
		const { me, users, chats } = this.#state;
		const left = [...chats.values()].filter((chat) => chat.id.startsWith("@") && chat.messages.length > 0).map((chat) => chat.id.slice(1));
		return [...new Set([...users, ...left])]
			.map((name) => this.#entry(`@${name}`, { note: "you", isMe: name === me, online: users.has(name) }))
			.sort((a, b) => b.isMe - a.isMe || b.online - a.online || a.name.localeCompare(b.name));
	}

	#entry(id, properties) {
		const chat = this.#state.chats.get(id);
		const joined = chat?.joined ?? false;
		return { key: id, name: id.slice(1), joined, unread: chat?.unread ?? 0, isActive: id === this.#state.active, ...properties };
	}

	#createRoom(event) {
		event.preventDefault();
		const input = byTestId("new-room-input");
		const name = input.value.trim();
		setText(byId("new-room-error"), "");
		this.#askedRoom = name;
		if (name === "") {
			input.focus();
		} else if (this.#actions.createRoom(name)) {
			input.value = "";
		} else {
			this.refused("You are offline. Try again when you are back.");
		}
	}

	#toggle(open) {
		this.#chatScreen.classList.toggle("is-menu-open", open);
		this.#menuButton.setAttribute("aria-expanded", String(open));
		byId("sidebar").inert = this.#phone.matches && !open;
		document.querySelector(".conversation").inert = open;
		if (open) {
			byTestId("room-list").querySelector("button")?.focus();
		}
	}
}

function createRoomEntry(actions) {
	return ({ key, name }) => createEntry(`room-${name}`, name, element("span", { className: "entry-sign", textContent: "#", "aria-hidden": "true" }),
		() => actions.openChat(key));
}

function createPersonEntry(actions) {
	return ({ key, name }) => createEntry(`user-${name}`, name,
		element("span", { className: `avatar ${hueOf(name)}`, textContent: initialsOf(name), "aria-hidden": "true" }), () => actions.openChat(key));
}

function createEntry(testId, name, sign, open) {
	const button = element("button", { type: "button", className: "entry", "data-testid": testId }, sign,
		element("span", { className: "entry-name", textContent: name, dir: "auto" }),
		element("span", { className: "entry-note" }),
		element("span", { className: "unread", "data-testid": `unread-${name}`, hidden: true }));
	button.addEventListener("click", open);
	return element("li", {}, button);
}

function updateEntry(item, { joined, unread, isActive, note, isMe, online }) {
	const button = item.firstElementChild;
	const isRoom = isMe === undefined;
	button.setAttribute("aria-current", String(isActive));
	button.classList.toggle("is-unread", unread > 0);
	button.classList.toggle("is-quiet", isRoom ? !joined : !online);
	button.disabled = isMe === true;
	if (!isRoom) {
		button.dataset.online = String(online);
	}
	setText(button.querySelector(".entry-note"), (isRoom ? !joined : isMe) ? note : "");
	const badge = button.querySelector(".unread");
	badge.hidden = unread === 0;
	badge.setAttribute("aria-label", `${unread} unread`);
	setText(badge, unread === 0 ? "" : unread > MOST_SHOWN ? `${MOST_SHOWN}+` : String(unread));
}
