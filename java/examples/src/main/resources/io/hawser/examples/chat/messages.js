// The messages of the open conversation: who, what, when, and whether it has arrived. Knows no other conversation.

import { byId, byTestId, element, hueOf, initialsOf, setText, syncChildren } from "./dom.js";

/** Messages of one person within this time stand together under one name. */
const TOGETHER_MS = 5 * 60_000;
const NEAR_END_PX = 60;

const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}']/g;
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|[\u200d\ufe0f]){1,12}$/u;
const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

export class Messages {
	#model;
	#actions;
	#list = byTestId("message-list");
	#jump = byId("jump-down");
	#shownChat = null;
	#atEnd = true;
	#lastKey = null;

	constructor(model, actions) {
		this.#model = model;
		this.#actions = actions;
		this.#jump.addEventListener("click", () => this.#toEnd());
		this.#list.addEventListener("scroll", () => this.#scrolled());
		new ResizeObserver(() => this.#atEnd && this.#toEnd()).observe(this.#list);
	}

	draw() {
		const { state } = this.#model;
		const items = this.#items();
		const lastKey = items.at(-1)?.key;
		const isOther = this.#shownChat !== state.active;
		// A conversation that is opened is not read aloud from its beginning, only what is new in it afterwards.
		this.#list.setAttribute("aria-live", isOther ? "off" : "polite");
		this.#list.dataset.empty = this.#emptyText();
		if (isOther) {
			this.#list.replaceChildren();
			this.#shownChat = state.active;
		}
		syncChildren(this.#list, items, (item) => this.#create(item), updateItem);
		if (isOther) {
			this.#opened();
		} else if (lastKey !== this.#lastKey) {
			this.#grown(items.at(-1));
		} else if (this.#atEnd) {
			this.#toEnd();
		}
		this.#lastKey = lastKey;
	}

	#emptyText() {
		const { state } = this.#model;
		if (!state.activeChat.joined) {
			return state.me === null ? "" : "Joining …";
		}
		return state.active.startsWith("#") ? "Nothing has been said here yet. Say hello!" : `Say hello to ${state.active.slice(1)}!`;
	}

	/** What stands in the list: days, the mark before what is new, messages, and mine that are still on their way. */
	#items() {
		const { state } = this.#model;
		const chat = state.activeChat;
		const items = [];
		let previous = null;
		for (const message of [...chat.messages, ...this.#underWay()]) {
			const day = new Date(message.time).toDateString();
			if (!previous || new Date(previous.time).toDateString() !== day) {
				items.push({ key: `day ${day}`, divider: dayText(message.time) });
				previous = null;
			}
			if (message.gap) {
				items.push({ key: `gap ${message.key}`, divider: "Some messages may be missing here" });
				previous = null;
			}
			if (message.key === chat.newFrom) {
				items.push({ key: "new", divider: "New", isNew: true });
				previous = null;
			}
			const isFirst = previous?.from !== message.from || message.time - previous.time > TOGETHER_MS;
			items.push({ ...message, isFirst, isOwn: message.from === state.me });
			previous = message;
		}
		return items;
	}

	#underWay() {
		const { state, outbox, connection } = this.#model;
		const waiting = connection.state === "open" ? "sending" : "waiting";
		return outbox.of(state.active).map((entry, index, all) => ({
			...entry,
			key: `${state.me} ${entry.ref}`,
			from: state.me,
			delivery: entry.state === "failed" ? "failed" : waiting,
			isLastWaiting: waiting === "waiting" && index === all.length - 1,
		}));
	}

	#create(item) {
		if (item.divider) {
			return element("div", { className: item.isNew ? "divider is-new" : "divider", "data-testid": item.isNew ? "new-divider" : "divider" }, item.divider);
		}
		const bubble = element("div", { className: "bubble", dir: "auto" }, ...withLinks(item.text),
			element("time", { dateTime: new Date(item.time).toISOString(), title: FULL.format(item.time), textContent: TIME.format(item.time) }));
		bubble.classList.toggle("is-emoji", ONLY_EMOJI.test(item.text));
		const message = element("div", { className: `message ${hueOf(item.from)}`, "data-testid": "message", "data-from": item.from },
			element("span", { className: `avatar ${hueOf(item.from)}`, textContent: initialsOf(item.from), "aria-hidden": "true" }),
			element("span", { className: "author", textContent: item.from, dir: "auto" }), bubble);
		if (item.isOwn) {
			message.append(this.#delivery(item.ref));
		}
		return message;
	}

	#delivery(ref) {
		const again = element("button", { type: "button", className: "button-link", textContent: "Try again", "data-testid": "resend-button" });
		const remove = element("button", { type: "button", className: "button-link", textContent: "Delete", "data-testid": "discard-button" });
		again.addEventListener("click", () => this.#actions.retry(ref));
		remove.addEventListener("click", () => this.#actions.remove(ref));
		return element("p", { className: "delivery", "data-testid": "delivery", hidden: true }, element("span"), again, remove);
	}

	#opened() {
		const mark = this.#list.querySelector(".is-new");
		this.#toEnd();
		if (mark && mark.offsetTop < this.#list.scrollTop + this.#list.offsetTop) {
			mark.scrollIntoView({ block: "start" });
		}
	}

	#grown(last) {
		if (this.#atEnd || last?.isOwn) {
			this.#toEnd();
		} else {
			this.#jump.hidden = false;
		}
	}

	#toEnd() {
		this.#list.scrollTop = this.#list.scrollHeight;
		this.#atEnd = true;
		this.#jump.hidden = true;
	}

	#scrolled() {
		this.#atEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < NEAR_END_PX;
		if (this.#atEnd) {
			this.#jump.hidden = true;
		}
	}
}

function updateItem(item, { divider, isFirst, isOwn, delivery, isLastWaiting, error }) {
	if (divider) {
		setText(item, divider);
		return;
	}
	item.classList.toggle("is-first", isFirst);
	item.classList.toggle("is-own", isOwn);
	item.dataset.delivery = delivery ?? "delivered";
	const note = item.querySelector(".delivery");
	if (note) {
		note.hidden = delivery !== "failed" && !isLastWaiting;
		setText(note.firstElementChild, delivery === "failed" ? `Not sent: ${error} ` : "Sent when you are back");
		note.querySelectorAll("button").forEach((button) => (button.hidden = delivery !== "failed"));
	}
}

function dayText(time) {
	const day = new Date(time).toDateString();
	const yesterday = new Date();
	yesterday.setDate(yesterday.getDate() - 1);
	if (day === new Date().toDateString()) {
		return "Today";
	}
	return day === yesterday.toDateString() ? "Yesterday" : DAY.format(time);
}

/** The text in pieces, web addresses in it as links; as nodes, so that nothing in it can become anything else. */
function withLinks(text) {
	const pieces = [];
	let end = 0;
	for (const { 0: address, index } of text.matchAll(LINK)) {
		pieces.push(text.slice(end, index), element("a", { href: address, textContent: address, target: "_blank", rel: "noopener noreferrer" }));
		end = index + address.length;
	}
	return [...pieces, text.slice(end)];
}
