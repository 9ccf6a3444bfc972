#!/usr/bin/env bash
# Runs clients of other makers (npm ws and undici, Python websockets and aiohttp, openssl) against echo servers of the fat
# jar: without compression, with it, with context takeover, and with TLS. Knows how to get the clients, start the servers
# and count; the checks themselves are in the clients' scripts.
#
# Environment: HAWSER_JAR (path of the fat jar), HAWSER_JAVA (default: java), PYTHON3 (default: python3).
# Packages, logs and nothing else go to build/interop. The last line is `N passed, N failed`.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
out=$(cd "$here/../.." && pwd)/build/interop
java=${HAWSER_JAVA:-java}
python=${PYTHON3:-python3}
passed=0
failed=0
declare -A servers=() # name -> process id

stop_servers() {
	local name
	for name in "${!servers[@]}"; do
		kill "${servers[$name]}" 2>/dev/null || true
	done
	for name in "${!servers[@]}"; do
		wait "${servers[$name]}" 2>/dev/null || true
	done
	servers=()
}
trap stop_servers EXIT
trap 'exit 143' TERM INT

finish() {
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ] && exit 0
	exit 1
}

# fail TEXT: counts a check that could not even begin; the text names the cure.
fail() {
	echo "FAIL  $1"
	failed=$((failed + 1))
}

# Installs the pinned Python packages into build/interop/python, once per requirements file and Python.
install_pip() {
	"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null ||
		{ fail "Python clients: $python is not Python 3.10 or newer: install one or set PYTHON3"; return 1; }
	local wanted
	wanted="$(cat "$here/requirements.txt"; "$python" --version)"
	[ "$wanted" = "$(cat "$out/installed-requirements.txt" 2>/dev/null)" ] && return
	rm -rf "$out/python"
	"$python" -m pip install --disable-pip-version-check --no-warn-conflicts -q --target "$out/python" \
		-r "$here/requirements.txt" >"$out/pip.log" 2>&1 ||
		{ cat "$out/pip.log"; fail "Python clients: pip failed, see above; it needs pip (apt-get install python3-pip) and a package index"; return 1; }
	echo "$wanted" >"$out/installed-requirements.txt"
}

make_certificates() {
	"$here/../certificates.sh" "$out/tls" >"$out/certificates.log" 2>&1 ||
		{ cat "$out/certificates.log"; fail "no test certificate could be made, see above"; return 1; }
	export HAWSER_CA=$out/tls/ca.pem
}

listens() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Whichever of the two languages is here finds the port; at least one is, or no client could run.
free_port() {
	node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })' 2>/dev/null ||
		"$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start_server NAME SCHEME OPTION...: starts an echo server on a free port, waits until it listens, exports HAWSER_URL_NAME.
start_server() {
	local name=$1 scheme=$2 port
	shift 2
	port=$(free_port)
	"$java" -jar "$HAWSER_JAR" echo --port "$port" --path /echo "$@" >"$out/server-$name.log" 2>&1 </dev/null &
	servers[$name]=$!
	for _ in $(seq 300); do
		if listens "$port"; then
			export "HAWSER_URL_$name=$scheme://127.0.0.1:$port/echo"
			return
		fi
		kill -0 "${servers[$name]}" 2>/dev/null || break
		sleep 0.1
	done
	cat "$out/server-$name.log"
	fail "the server $name does not listen on port $port; what it printed is above (HAWSER_JAVA is '$java')"
	return 1
}

start_servers() {
	if [ ! -f "${HAWSER_JAR:-}" ]; then
		fail "HAWSER_JAR is '${HAWSER_JAR:-}', which is no file: set it to the fat jar (./gradlew fatJar makes it in build/libs)"
		return 1
	fi
	start_server OFF ws &&
		start_server DEFLATE ws --deflate &&
		start_server TAKEOVER ws --deflate --context-takeover &&
		start_server TLS wss --deflate --tls-certificate "$out/tls/server.pem" --tls-key "$out/tls/server-key.pem"
}

# run_client NAME COMMAND...: shows the client's lines and counts them; a client that dies is a failed check.
run_client() {
	local name=$1 status=0 ok bad
	shift
	"$@" 2>&1 | tee "$out/$name.log" || status=$?
	ok=$(grep -c '^ok  ' "$out/$name.log" || true)
	bad=$(grep -c '^FAIL  ' "$out/$name.log" || true)
	passed=$((passed + ok))
	failed=$((failed + bad))
	if [ $((ok + bad)) -eq 0 ] || { [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; }; then
		fail "$name: the client ended with status $status before its checks were done"
	fi
}

run_node() {
	run_client "$1" env NODE_PATH="$out/node_modules" "${@:3}" node "$here/$2"
}

run_python() {
	run_client "$1" env PYTHONPATH="$out/python" PYTHONDONTWRITEBYTECODE=1 "${@:3}" "$python" "$here/$2"
}

still_running() {
	local name
	for name in "${!servers[@]}"; do
		if kill -0 "${servers[$name]}" 2>/dev/null; then
			echo "ok    the server $name is still running"
			passed=$((passed + 1))
		else
			cat "$out/server-$name.log"
			fail "the server $name died during the checks, what it printed is above"
		fi
	done
}

mkdir -p "$out"
npm_ready=true
pip_ready=true
reason=$("$here/../node/install.sh" "$here" "$out") || { npm_ready=false; fail "Node clients: $reason"; }
install_pip || pip_ready=false
$npm_ready || $pip_ready || finish
make_certificates || finish
start_servers || finish
if $npm_ready; then
	run_node ws-off ws_client.js HAWSER_URL="$HAWSER_URL_OFF" HAWSER_LABEL="ws, no compression"
	run_node ws-on ws_client.js HAWSER_URL="$HAWSER_URL_DEFLATE" HAWSER_LABEL="ws, compressing server"
	run_node ws-deflate ws_deflate.js
	run_node ws-tls ws_tls.js
	run_node undici undici_client.js
fi
if $pip_ready; then
	run_python websockets-off websockets_client.py HAWSER_URL="$HAWSER_URL_OFF" HAWSER_LABEL="websockets, no compression"
	run_python websockets-on websockets_client.py HAWSER_URL="$HAWSER_URL_DEFLATE" HAWSER_LABEL="websockets, compressing server"
	run_python python-deflate deflate_client.py
	run_python python-tls tls_client.py
fi
still_running
stop_servers
finish
