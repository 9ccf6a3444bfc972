// Draws the chat. Knows the document; nothing of the network.

const byId = (id) => document.getElementById(id);
const CONNECTION_TEXTS = { connecting: "Connecting …", reconnecting: "Connection lost, trying again …", open: "Connected", closed: "" };

export function show(screen) {
	for (const id of ["login", "chat"]) byId(id).hidden = id !== screen;
}

/** Draws all that `state` knows; `open(chat)` is called when somebody chooses a conversation. */
export function draw(state, open) {
	byId("my-name").textContent = state.me;
	byId("my-avatar").replaceWith(avatar(state.me, "my-avatar"));
	byId("online").textContent = state.people.length > 0 ? `${state.people.length} online` : "";
	byId("rooms").replaceChildren(...state.rooms.map((room) => entry(`#${room}`, element("span", "sign", "#"), state, open)));
	byId("people").replaceChildren(...state.others.map((name) => entry(`@${name}`, avatar(name), state, open)));
	byId("title").textContent = state.active;
	byId("connection").textContent = CONNECTION_TEXTS[state.connection];
	byId("connection").dataset.state = state.connection;
	byId("typing").textContent = state.typing.length > 0 ? `${state.typing.join(", ")} ${state.typing.length > 1 ? "are" : "is"} typing …` : "";
	byId("say").placeholder = `Write to ${state.active}`;
	document.title = state.unread > 0 ? `(${state.unread}) Spring Chat` : "Spring Chat";
	drawMessages(state);
}

function drawMessages({ messages, me }) {
	const list = byId("messages");
	const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
	list.replaceChildren(...messages.map((message, i) => {
		const follows = i > 0 && messages[i - 1].from === message.from && message.time - messages[i - 1].time < 120_000;
		const item = element("li", `message${message.from === me ? " own" : ""}${follows ? " follows" : ""}`);
		const time = new Date(message.time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
		const by = element("p", "by", message.from === me ? "" : message.from);
		by.append(element("time", "", time));
		item.append(avatar(message.from), by, element("p", "text", message.text));
		return item;
	}));
	if (atEnd) list.scrollTop = list.scrollHeight;
}

function entry(chat, sign, state, open) {
	const button = element("button", chat === state.active ? "entry active" : "entry");
	const unread = state.unreadOf(chat);
	button.dataset.testid = `open-${chat}`;
	button.append(sign, element("span", "entry-name", chat.slice(1)));
	if (unread > 0) button.append(element("span", "unread", String(unread)));
	if (chat.startsWith("@")) button.classList.toggle("away", !state.people.includes(chat.slice(1)));
	button.addEventListener("click", () => open(chat));
	const item = element("li");
	item.append(button);
	return item;
}

/** The first letter on a colour of the name's own. */
function avatar(name, id = "") {
	const sign = element("span", "avatar", [...name][0]?.toUpperCase() ?? "");
	sign.id = id;
	sign.ariaHidden = "true";
	sign.style.setProperty("--hue", String([...name].reduce((hash, char) => (hash * 31 + char.codePointAt(0)) % 360, 40)));
	return sign;
}

function element(tag, className = "", text = "") {
	const made = document.createElement(tag);
	made.className = className;
	made.textContent = text;
	return made;
}
