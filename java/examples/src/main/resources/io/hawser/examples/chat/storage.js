// What the page remembers: the name for the next visit, and this tab's stay over a reload. Knows no meaning.

/** Reads a value, or null if there is none, or if the browser keeps nothing for this page. */
export function recall(area, key) {
	try {
		return JSON.parse(area().getItem(key));
	} catch {
		return null;
	}
}

/** Keeps a value, or forgets it if it is null. A browser that keeps nothing is no error. */
export function keep(area, key, value) {
	try {
		if (value === null) {
			area().removeItem(key);
		} else {
			area().setItem(key, JSON.stringify(value));
		}
	} catch {
		// private mode, or full: the chat works without it
	}
}

export const browser = () => localStorage;
export const tab = () => sessionStorage;

/** Returns 128 random bits in hexadecimal; unlike crypto.randomUUID also on a page served without TLS. */
export function randomId() {
	return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
