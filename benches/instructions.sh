#!/bin/sh
# Counts user instructions per message of the engine, without a JVM, in this tree and in an older checkout. Needs valgrind.
# A count is the same on a busy machine and on a quiet one. What is counted and what not: README.md, "Instructions".
#
# HAWSER_BENCH_BASE    checkout to compare with, for example made by `git worktree add --detach DIRECTORY COMMIT`; without it
#                      only this tree is counted
# HAWSER_BENCH_CHECK=1 fail when a ratio is above 1.02
# Everything that is made lies in build/bench/instructions (and CARGO_TARGET_DIR).
set -eu

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
base=${HAWSER_BENCH_BASE:-}
out=$root/build/bench/instructions
most_ratio=1.02
# The difference of the two cancels start, opening handshake and end.
few=5000
many=20000

for tool in valgrind taskset cargo awk; do
	if ! command -v "$tool" >/dev/null; then
		echo "instructions: $tool is missing (taskset: package util-linux; cargo: https://rustup.rs; others: packages of these names)" >&2
		exit 1
	fi
done
if [ -n "$base" ]; then
	if [ ! -f "$base/tests/support/engine.rs" ]; then
		echo "instructions: HAWSER_BENCH_BASE is '$base', which is no checkout of Hawser" >&2
		exit 1
	fi
	base=$(CDPATH= cd -- "$base" && pwd)
fi

# build NAME CHECKOUT: leaves the program in $out/NAME/program. It is an example of a copy of the checkout, so that it is built
# as its tests are, with its own profile, lock file and test support.
build() {
	copy=$out/$1/copy
	rm -rf "$copy"
	mkdir -p "$copy/examples"
	for part in Cargo.toml Cargo.lock build.rs src tests benches fuzz; do
		[ ! -e "$2/$part" ] || cp -Rp "$2/$part" "$copy/"
	done
	cp "$root/benches/instructions/main.rs" "$copy/examples/echo_instructions.rs"
	target=${CARGO_TARGET_DIR:-$root/target}/instructions-$1
	cargo build --quiet --release --package hawser --example echo_instructions \
		--manifest-path "$copy/Cargo.toml" --target-dir "$target"
	cp "$target/release/examples/echo_instructions" "$out/$1/program"
}

# count NAME MESSAGES IN_FLIGHT BYTES: instructions below `carrier_under_measurement`, of the carrier's thread alone.
count() {
	log=$out/$1/valgrind.log
	# One core: client and carrier take turns, so a run repeats the one before it to a few instructions per thousand messages.
	taskset --cpu-list 0 valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*::carrier_under_measurement' --callgrind-out-file=/dev/null \
		"$out/$1/program" "$2" "$3" "$4" 2>"$log" || { cat "$log" >&2; exit 1; }
	awk '/Collected *:/ { print $NF }' "$log"
}

# per_message NAME IN_FLIGHT BYTES
per_message() {
	with_few=$(count "$1" $few "$2" "$3")
	with_many=$(count "$1" $many "$2" "$3")
	awk "BEGIN { printf \"%.1f\", ($with_many - $with_few) / ($many - $few) }"
}

build new "$root"
[ -z "$base" ] || build base "$base"
missed=0
echo "| user instructions per message | this tree | base | ratio | budget |"
echo "|---|---|---|---|---|"
for shape in "1 64" "16 64" "1 1024" "16 1024"; do
	# shellcheck disable=SC2086
	set -- $shape
	new=$(per_message new "$1" "$2")
	old=- ratio=-
	if [ -n "$base" ]; then
		old=$(per_message base "$1" "$2")
		ratio=$(awk "BEGIN { printf \"%.4f\", $new / $old }")
		awk "BEGIN { exit !($ratio > $most_ratio) }" && missed=$((missed + 1))
	fi
	echo "| $2 B, $1 in flight, 1 connection | $new | $old | $ratio | <= $most_ratio |"
done
[ "$missed" -eq 0 ] || echo "$missed above the budget"
[ "${HAWSER_BENCH_CHECK:-0}" = 0 ] || [ "$missed" -eq 0 ]
