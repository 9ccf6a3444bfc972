#!/usr/bin/env bash
# Installs the npm packages of a folder's lock file, once for each lock file. Knows nothing of who uses them.
# Usage: install.sh FOLDER OUT    FOLDER has package.json and package-lock.json; the packages go to OUT/node_modules
#
# What it prints when it fails ends with the cure.
set -euo pipefail

folder=$1
out=$2

command -v npm > /dev/null && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2> /dev/null ||
	{ echo "Node.js 18 or newer and npm are needed: apt-get install nodejs npm"; exit 1; }
cmp -s "$folder/package-lock.json" "$out/installed-package-lock.json" && exit
mkdir -p "$out"
cp "$folder/package.json" "$folder/package-lock.json" "$out/"
(cd "$out" && npm ci --ignore-scripts --no-audit --no-fund > npm.log 2>&1) ||
	{ cat "$out/npm.log"; echo "npm ci failed, see above; it needs an npm registry"; exit 1; }
cp "$folder/package-lock.json" "$out/installed-package-lock.json"
