// Texts that compress like the messages of a service, and a text that compresses only against itself. Always the same ones.
"use strict";

const WORDS = ["status", "größe", "message", "价格", "timestamp", "user", "lobby", "🚀", "null", "true", "position"];

/** Numbers below 2^31 that look random and are the same in every run (a linear congruential generator). */
function* numbers() {
	for (let state = 1; ; ) {
		state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
		yield state;
	}
}

/** JSON-like text of at least `bytes` bytes of UTF-8, which deflate makes less than half as long. */
function jsonText(bytes) {
	const random = numbers();
	const next = () => random.next().value >> 8;
	const lines = [];
	for (let length = 0; length < bytes; ) {
		const line = `{"${WORDS[next() % WORDS.length]}":${next() % 100_000},"${WORDS[next() % WORDS.length]}":"${WORDS[next() % WORDS.length]}"}\n`;
		lines.push(line);
		length += Buffer.byteLength(line);
	}
	return lines.join("");
}

/** `characters` hexadecimal digits: nothing to gain but half a byte each, unless the same text was there before. */
function hexText(characters) {
	const random = numbers();
	let text = "";
	while (text.length < characters) text += (random.next().value >> 8).toString(16).padStart(6, "0");
	return text.slice(0, characters);
}

module.exports = { jsonText, hexText };
