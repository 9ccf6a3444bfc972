#!/usr/bin/env bash
# Drives a real browser (Debian's Chromium, through playwright-core) against Hawser: the engine's own test server, the chat
# example, the latter also over wss, and the chat of the Spring Boot application. Knows how to get the browser and the npm
# package, and how a user of the browser comes to trust a certificate authority; the checks are in main.js.
#
# Environment: HAWSER_JAR (path of the fat jar), HAWSER_JAVA (default: java), HAWSER_EXAMPLES_CP (class path of
# the compiled examples), HAWSER_SPRING_CHAT_CP (that of the Spring Boot application's chat, with the starter), CHROMIUM (default:
# /usr/bin/chromium).
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

# apt_get PACKAGE: installs a package of the distribution.
apt_get() {
	echo "installing $1 from the distribution's packages"
	{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1"; } \
		>"$out/apt.log" 2>&1 || { tail -5 "$out/apt.log"; give_up "apt-get could not install $1, see $out/apt.log"; }
}

may_install() {
	[ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null
}

install_chromium() {
	[ -x "$CHROMIUM" ] && return
	[ "$CHROMIUM" = /usr/bin/chromium ] && may_install ||
		give_up "no browser at $CHROMIUM: apt-get install chromium, or set CHROMIUM to one"
	apt_get chromium
}

# A home folder whose user trusts the certificate authority that is made here, and the certificate of it that servers use.
make_trust() {
	command -v certutil >/dev/null || { may_install && apt_get libnss3-tools; } ||
		give_up "certutil is needed to tell the browser whom to trust: apt-get install libnss3-tools"
	local home=$out/trusting-home
	rm -rf "$home"
	mkdir -p "$home/.pki/nssdb"
	{ "$here/../certificates.sh" "$out/tls" &&
		certutil -d "sql:$home/.pki/nssdb" -N --empty-password &&
		certutil -d "sql:$home/.pki/nssdb" -A -t C,, -n hawser-test -i "$out/tls/ca.pem"; } >"$out/trust.log" 2>&1 ||
		{ cat "$out/trust.log"; give_up "no certificate could be made that the browser trusts, see above"; }
}

mkdir -p "$out"
rm -f "$out"/*.png "$out"/*.log
[ -f "${HAWSER_JAR:-}" ] ||
	give_up "HAWSER_JAR is '${HAWSER_JAR:-}', which is no file: set it to the fat jar (./gradlew fatJar makes it in build/libs)"
[ -n "${HAWSER_EXAMPLES_CP:-}" ] ||
	give_up "HAWSER_EXAMPLES_CP is not set: it is the class path of the compiled examples (./gradlew browserTest sets it)"
[ -n "${HAWSER_SPRING_CHAT_CP:-}" ] ||
	give_up "HAWSER_SPRING_CHAT_CP is not set: it is the class path of the Spring Boot application's chat (./gradlew browserTest sets it)"
install_chromium
reason=$("$here/../node/install.sh" "$here" "$out") || give_up "$reason"
make_trust
HAWSER_BROWSER_OUT=$out NODE_PATH=$out/node_modules exec node "$here/main.js"
