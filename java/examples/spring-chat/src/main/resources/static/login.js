// Logging in and out by Spring Security's form login. Knows nothing of the chat.

/** Returns the name of who is logged in, or null. */
export async function whoAmI() {
	const answer = await fetch("api/me");
	return answer.ok ? (await answer.json()).name : null;
}

/** Says whether name and password were right. */
export async function logIn(form) {
	return (await post("login", new URLSearchParams(new FormData(form)))).ok;
}

export async function logOut() {
	await post("logout");
}

async function post(path, body) {
	const { header, token } = await (await fetch("api/csrf")).json();
	return fetch(path, { method: "POST", headers: { [header]: token }, body });
}
