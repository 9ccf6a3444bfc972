// Small tools for the document. Text goes in as text only: nothing here, and nothing else, parses HTML.

export const byId = (id) => document.getElementById(id);
export const byTestId = (id) => document.querySelector(`[data-testid="${id}"]`);

/** Makes an element; properties whose name has a dash, or that are "role", become attributes. */
export function element(tag, properties = {}, ...children) {
	const made = document.createElement(tag);
	for (const [name, value] of Object.entries(properties)) {
		if (name.includes("-") || name === "role") {
			made.setAttribute(name, value);
		} else {
			made[name] = value;
		}
	}
	made.append(...children);
	return made;
}

/** Sets a text only if it changes, so that screen readers are not told twice. */
export function setText(target, text) {
	if (target.textContent !== text) {
		target.textContent = text;
	}
}

/** Makes the children of an element follow a list; an item's element is kept, found by item.key, with its focus. */
export function syncChildren(parent, items, create, update) {
	const wanted = new Set(items.map((item) => item.key));
	const known = new Map();
	for (const child of [...parent.children]) {
		if (wanted.has(child.dataset.key)) {
			known.set(child.dataset.key, child);
		} else {
			child.remove();
		}
	}
	let place = parent.firstElementChild;
	for (const item of items) {
		const child = known.get(item.key) ?? create(item);
		child.dataset.key = item.key;
		update?.(child, item);
		if (child === place) {
			place = place.nextElementSibling;
		} else {
			parent.insertBefore(child, place);
		}
	}
}

/** A class that gives a name its colour. */
export function hueOf(name) {
	let hash = 0x811c9dc5;
	for (const char of name.toLowerCase()) {
		hash = Math.imul(hash ^ char.codePointAt(0), 0x01000193);
	}
	return `hue-${(hash >>> 4) % 10}`;
}

/** The first letters of the first and the last word of a name. */
export function initialsOf(name) {
	const words = name.split(/[\s._'-]+/u).filter(Boolean);
	const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
	return letters.map((word) => [...word][0]).join("").toUpperCase();
}
