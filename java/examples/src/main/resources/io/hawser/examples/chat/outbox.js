// Messages on their way to the server: none is lost silently. Knows neither WebSockets nor the page.
//
// One message is under way at a time; the next follows when it has come back from the server. So the order holds
// whatever happens in between, and after a loss it is sent again with the same ref, by which the server knows it.

import { randomId } from "./storage.js";

const ANSWER_TIMEOUT_MS = 10_000;
const SLOW_DOWN_MS = 1_500;

export class Outbox {
	/** Entries { chat, text, ref, time, state: "waiting" | "failed", error }, oldest first. */
	entries = [];
	#underWay = null;
	#timer = 0;
	#send;
	#onSilence;
	#onChange;

	/**
	 * @param send takes an object, says whether it could be sent now
	 * @param onSilence called when the server has not answered a message in time
	 * @param onChange called when an entry has come, gone or changed
	 */
	constructor({ send, onSilence, onChange }) {
		this.#send = send;
		this.#onSilence = onSilence;
		this.#onChange = onChange;
	}

	add(chat, text) {
		this.entries.push({ chat, text, ref: randomId(), time: Date.now(), state: "waiting" });
		this.#onChange();
		this.pump();
	}

	of(chat) {
		return this.entries.filter((entry) => entry.chat === chat);
	}

	/** Takes entries from before a reload of the page. */
	restore(entries) {
		this.entries = entries;
	}

	/** Sends the next message unless one is under way. */
	pump() {
		const next = this.entries.find((entry) => entry.state === "waiting");
		if (this.#underWay || !next || !this.#send({ type: "send", chat: next.chat, text: next.text, ref: next.ref })) {
			return;
		}
		this.#underWay = next.ref;
		this.#timer = setTimeout(this.#onSilence, ANSWER_TIMEOUT_MS);
	}

	/** The connection is gone, and with it all knowledge of what was under way. */
	disconnected() {
		clearTimeout(this.#timer);
		this.#underWay = null;
	}

	/** A message of mine has come back: it has arrived. */
	delivered(ref) {
		this.remove(ref);
		this.#answered(ref);
	}

	/** The server has refused a message; if only because of the pace, it is sent again a little later. */
	refused(ref, code, text) {
		const entry = this.entries.find((candidate) => candidate.ref === ref);
		if (entry && code === "slow-down") {
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => this.#answered(ref), SLOW_DOWN_MS);
			return;
		}
		if (entry) {
			entry.state = "failed";
			entry.error = text;
			this.#onChange();
		}
		this.#answered(ref);
	}

	/** Tries a failed message again, behind those that wait. */
	retry(ref) {
		const entry = this.entries.find((candidate) => candidate.ref === ref);
		if (entry) {
			this.entries = [...this.entries.filter((other) => other !== entry), { ...entry, state: "waiting", error: undefined }];
			this.#onChange();
			this.pump();
		}
	}

	remove(ref) {
		const left = this.entries.filter((entry) => entry.ref !== ref);
		if (left.length < this.entries.length) {
			this.entries = left;
			this.#onChange();
		}
	}

	#answered(ref) {
		if (this.#underWay === ref) {
			clearTimeout(this.#timer);
			this.#underWay = null;
			this.pump();
		}
	}
}
