// What the page knows: people, rooms and what was said. Knows neither the network nor the document.

const MESSAGES_KEPT = 500;
const TYPING_MS = 4_000;

export const LOBBY = "#lobby";

export class ChatState {
	me = null;
	/** Names of the people who are online, me included. */
	users = new Set();
	/** Number of members by name of the room. */
	rooms = new Map();
	/** Conversations by "#room" or "@person". */
	chats = new Map();
	active = LOBBY;
	/** Whether somebody looks at the page. */
	visible = true;
	#server = null;
	/** Whether the page has been welcomed before: then what others said in private meanwhile is new. */
	#cameBack = false;
	#onChange;

	constructor(onChange) {
		this.#onChange = onChange;
	}

	/** Returns a conversation, a new empty one if there is none. */
	chat(id) {
		if (!this.chats.has(id)) {
			this.chats.set(id, {
				id,
				joined: id.startsWith("@"),
				/** { key, number, from, text, time, ref, gap } in the order of the server. */
				messages: [],
				keys: new Set(),
				lastNumber: 0,
				/** Whether the history has been here: what comes later is new. */
				known: false,
				unread: 0,
				/** Key of the first message not yet seen when the conversation was opened. */
				newFrom: null,
				typing: new Map(),
				draft: "",
			});
		}
		return this.chats.get(id);
	}

	get activeChat() {
		return this.chat(this.active);
	}

	get unread() {
		return [...this.chats.values()].reduce((sum, chat) => sum + chat.unread, 0);
	}

	get joinedRooms() {
		return [...this.chats.values()].filter((chat) => chat.joined && chat.id.startsWith("#")).map((chat) => chat.id.slice(1));
	}

	open(id) {
		if (id !== this.active) {
			this.activeChat.newFrom = null;
			this.active = id;
		}
		this.activeChat.unread = 0;
		this.#onChange();
	}

	setVisible(visible) {
		this.visible = visible;
		if (visible) {
			this.open(this.active);
		}
	}

	/** What is new has been read, as something was answered. */
	answered() {
		this.activeChat.newFrom = null;
	}

	forget(id) {
		this.chats.delete(id);
		if (this.active === id) {
			this.active = LOBBY;
		}
		this.#onChange();
	}

	/** Takes over an event of the server; one that it does not know changes nothing. */
	apply(event) {
		this.#events[event.type]?.(event);
		this.#onChange();
	}

	#events = {
		welcome: (event) => {
			const sameServer = this.#server === event.server;
			this.#cameBack = this.#server !== null;
			this.#server = event.server;
			this.me = event.name;
			this.users = new Set(event.users);
			this.rooms = new Map(event.rooms.map((room) => [room.name, room.members]));
			for (const chat of this.chats.values()) {
				chat.joined = chat.id.startsWith("@");
				[...chat.typing.keys()].forEach((name) => this.#stopTyping(chat, name));
				chat.lastNumber = sameServer ? chat.lastNumber : 0;
			}
		},
		user: (event) => {
			if (event.online) {
				this.users.add(event.name);
				return;
			}
			this.users.delete(event.name);
			for (const chat of this.chats.values()) {
				this.#stopTyping(chat, event.name);
			}
		},
		room: (event) => this.rooms.set(event.name, event.members),
		"room-removed": (event) => {
			this.rooms.delete(event.name);
		},
		history: (event) => {
			const chat = this.chat(event.chat);
			const before = chat.lastNumber;
			const gap = event.full && before > 0 && event.messages[0].number > before;
			chat.joined = true;
			const fresh = chat.known || (this.#cameBack && event.chat.startsWith("@"));
			event.messages.forEach((message, index) => this.#add(chat, { ...message, gap: gap && index === 0 }, fresh));
			chat.known = true;
		},
		message: (event) => {
			const chat = this.chat(event.chat);
			chat.known = true;
			this.#stopTyping(chat, event.from);
			this.#add(chat, event, true);
		},
		typing: (event) => {
			const chat = this.chat(event.chat);
			this.#stopTyping(chat, event.from);
			chat.typing.set(event.from, setTimeout(() => {
				chat.typing.delete(event.from);
				this.#onChange();
			}, TYPING_MS));
		},
	};

	#stopTyping(chat, name) {
		clearTimeout(chat.typing.get(name));
		chat.typing.delete(name);
	}

	#add(chat, message, fresh) {
		const key = `${message.from} ${message.ref}`;
		const isNew = message.number > chat.lastNumber && !chat.keys.has(key);
		chat.lastNumber = Math.max(chat.lastNumber, message.number);
		if (!isNew) {
			return;
		}
		const { number, from, text, time, ref, gap } = message;
		chat.keys.add(key);
		chat.messages.push({ key, number, from, text, time, ref, gap });
		while (chat.messages.length > MESSAGES_KEPT) {
			chat.keys.delete(chat.messages.shift().key);
		}
		if (fresh && from !== this.me && !(this.visible && this.active === chat.id)) {
			chat.newFrom = chat.unread === 0 ? key : chat.newFrom;
			chat.unread++;
		}
	}
}
