#!/bin/sh
# `install.sh DIRECTORY`: puts the server and the packages of its lock file there, once per lock file. Needs node, npm and,
# the first time, an npm registry.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
directory=$1

for tool in node npm; do
	if ! command -v "$tool" >/dev/null; then
		echo "bench: $tool is missing (packages nodejs and npm)" >&2
		exit 1
	fi
done
mkdir -p "$directory"
cp "$here/server.js" "$here/package.json" "$here/package-lock.json" "$directory/"
if ! cmp -s "$here/package-lock.json" "$directory/installed-package-lock.json"; then
	if ! (cd "$directory" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1); then
		cat "$directory/npm.log" >&2
		echo "bench: npm ci failed, see above; it needs an npm registry" >&2
		exit 1
	fi
	cp "$here/package-lock.json" "$directory/installed-package-lock.json"
fi
