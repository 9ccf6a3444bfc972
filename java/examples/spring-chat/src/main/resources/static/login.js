// Logging in and out by Spring Security's form login. Knows nothing of the chat.

/** Returns the name of who is logged in, empty if nobody is. */
export async function whoAmI() {
	return (await (await fetch("api/me")).json()).name;
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
