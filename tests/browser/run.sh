#!/usr/bin/env bash
# Drives a real browser (Debian's Chromium, through playwright-core) against Hawser: the engine's own test
# server and the chat example. Knows how to get the browser and the npm package; the checks are in main.js.
#
# Environment: HAWSER_JAR (path of the fat jar), HAWSER_JAVA (default: java), HAWSER_EXAMPLES_CP (class path of
# the compiled examples), CHROMIUM (default: /usr/bin/chromium).
# Packages, logs and screenshots go to build/browser. The last line is `N passed, N failed`.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
out=$(cd "$here/../.." && pwd)/build/browser
export CHROMIUM=${CHROMIUM:-/usr/bin/chromium}

# give_up TEXT: nothing can be checked; the text names the cure.
give_up() {
	echo "FAIL  $1"
	echo "0 passed, 1 failed"
	exit 1
}

install_chromium() {
	[ -x "$CHROMIUM" ] && return
	[ "$CHROMIUM" = /usr/bin/chromium ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null ||
		give_up "no browser at $CHROMIUM: apt-get install chromium, or set CHROMIUM to one"
	echo "installing Chromium from the distribution's packages"
	{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } \
		>"$out/apt.log" 2>&1 || { tail -5 "$out/apt.log"; give_up "apt-get could not install chromium, see $out/apt.log"; }
}

# Installs the npm package of the lock file into build/browser/node_modules, once per lock file.
install_playwright() {
	command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null ||
		give_up "Node.js 18 or newer and npm are needed; node --version says '$(node --version 2>&1)'"
	cmp -s "$here/package-lock.json" "$out/installed-package-lock.json" && return
	cp "$here/package.json" "$here/package-lock.json" "$out/"
	(cd "$out" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) ||
		{ cat "$out/npm.log"; give_up "npm ci failed, see above; it needs an npm registry"; }
	cp "$here/package-lock.json" "$out/installed-package-lock.json"
}

mkdir -p "$out"
rm -f "$out"/*.png "$out"/*.log
[ -f "${HAWSER_JAR:-}" ] ||
	give_up "HAWSER_JAR is '${HAWSER_JAR:-}', which is no file: set it to the fat jar (./gradlew fatJar makes it in build/libs)"
[ -n "${HAWSER_EXAMPLES_CP:-}" ] ||
	give_up "HAWSER_EXAMPLES_CP is not set: it is the class path of the compiled examples (./gradlew browserTest sets it)"
install_chromium
install_playwright
HAWSER_BROWSER_OUT=$out NODE_PATH=$out/node_modules exec node "$here/main.js"
