#!/usr/bin/env bash
# Runs independent WebSocket clients (npm ws, Python websockets) against the echo server of the fat jar.
# Knows how to get the clients, start the server and count; the checks themselves are in the clients' scripts.
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
server_pid=

stop_server() {
	[ -z "$server_pid" ] && return
	kill "$server_pid" 2>/dev/null || true
	wait "$server_pid" 2>/dev/null || true
	server_pid=
}
trap stop_server EXIT
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

# Installs the npm packages of the lock file into build/interop/node_modules, once per lock file.
install_ws() {
	command -v node >/dev/null && command -v npm >/dev/null ||
		{ fail "ws: node and npm are needed: apt-get install nodejs npm"; return 1; }
	cmp -s "$here/package-lock.json" "$out/installed-package-lock.json" && return
	cp "$here/package.json" "$here/package-lock.json" "$out/"
	(cd "$out" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) ||
		{ cat "$out/npm.log"; fail "ws: npm ci failed, see above; it needs an npm registry"; return 1; }
	cp "$here/package-lock.json" "$out/installed-package-lock.json"
}

# Installs the pinned Python packages into build/interop/python, once per requirements file and Python.
install_websockets() {
	"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null ||
		{ fail "websockets: $python is not Python 3.10 or newer: install one or set PYTHON3"; return 1; }
	local wanted
	wanted="$(cat "$here/requirements.txt"; "$python" --version)"
	[ "$wanted" = "$(cat "$out/installed-requirements.txt" 2>/dev/null)" ] && return
	rm -rf "$out/python"
	"$python" -m pip install --disable-pip-version-check --no-warn-conflicts -q --target "$out/python" \
		-r "$here/requirements.txt" >"$out/pip.log" 2>&1 ||
		{ cat "$out/pip.log"; fail "websockets: pip failed, see above; it needs pip (apt-get install python3-pip) and a package index"; return 1; }
	echo "$wanted" >"$out/installed-requirements.txt"
}

listens() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Whichever of the two languages is here finds the port; at least one is, or no client could run.
free_port() {
	node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })' 2>/dev/null ||
		"$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Starts the echo server on a free port and waits until it listens; sets HAWSER_URL.
start_server() {
	if [ ! -f "${HAWSER_JAR:-}" ]; then
		fail "HAWSER_JAR is '${HAWSER_JAR:-}', which is no file: set it to the fat jar (./gradlew fatJar makes it in build/libs)"
		return 1
	fi
	local port
	port=$(free_port)
	"$java" -jar "$HAWSER_JAR" echo --port "$port" --path /echo >"$out/server.log" 2>&1 </dev/null &
	server_pid=$!
	for _ in $(seq 300); do
		if listens "$port"; then
			export HAWSER_URL="ws://127.0.0.1:$port/echo"
			return
		fi
		kill -0 "$server_pid" 2>/dev/null || break
		sleep 0.1
	done
	cat "$out/server.log"
	fail "the server does not listen on port $port; what it printed is above (HAWSER_JAVA is '$java')"
	return 1
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

mkdir -p "$out"
ws_ready=true
websockets_ready=true
install_ws || ws_ready=false
install_websockets || websockets_ready=false
$ws_ready || $websockets_ready || finish
start_server || finish
if $ws_ready; then
	run_client ws env NODE_PATH="$out/node_modules" node "$here/ws_client.js"
fi
if $websockets_ready; then
	run_client websockets env PYTHONPATH="$out/python" "$python" "$here/websockets_client.py"
fi
if kill -0 "$server_pid" 2>/dev/null; then
	echo "ok    the server is still running"
	passed=$((passed + 1))
else
	cat "$out/server.log"
	fail "the server died during the checks, what it printed is above"
fi
stop_server
finish
