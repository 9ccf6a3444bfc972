#!/bin/sh
# Builds the benchmark programs and compares Hawser with other servers. ./gradlew bench calls this; so can you, after
# ./gradlew fatJar benchPeers.
#
# HAWSER_JAR             Hawser's jar (default: the newest build/libs/hawser-*-all.jar)
# HAWSER_BENCH_BASE_JAR  an older jar of Hawser for the cases that compare with it (default: they are skipped)
# HAWSER_BENCH_JAVA      java command of the JDK that runs all servers (default: a JDK 25 under /usr/lib/jvm, else HAWSER_JAVA,
#                        else $JAVA_HOME/bin/java, else java)
# HAWSER_BENCH_CASES     default, all, or names with commas
# HAWSER_BENCH_ROUNDS    pairs per reference (default 9)
# HAWSER_BENCH_SECONDS   measured seconds per run (default 1; the clock of CPU time has steps of 10 ms)
# HAWSER_BENCH_QUICK=1   a few minutes, only to see that everything works
# HAWSER_BENCH_CHECK=1   fail when a budget is missed
# HAWSER_BENCH_RESUME=1  go on with build/bench/results.json of the same programs and settings: a long run may be split
# HAWSER_BENCH_DOCS=1    write docs/benchmarks.md and its charts too, not only those in build/bench
# Arguments go to `compare` and win over the environment's.
set -eu

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)

if [ "$(uname -s)" != Linux ]; then
	echo "bench: runs on Linux only, it reads /proc and pins processes to cores" >&2
	exit 1
fi
for tool in taskset setpriv cargo; do
	if ! command -v "$tool" >/dev/null; then
		echo "bench: $tool is missing (taskset and setpriv: package util-linux; cargo: https://rustup.rs)" >&2
		exit 1
	fi
done

jdk25=$(for java in /usr/lib/jvm/*25*/bin/java; do [ ! -x "$java" ] || printf '%s\n' "$java"; done | head -n 1)
java=${HAWSER_BENCH_JAVA:-${jdk25:-${HAWSER_JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/java}}}}
docs=
[ "${HAWSER_BENCH_DOCS:-0}" = 0 ] || docs=$root/docs
jar=${HAWSER_JAR:-$(ls -t "$root"/build/libs/hawser-*-all.jar 2>/dev/null | head -n 1)}
target=${CARGO_TARGET_DIR:-$root/target}

cargo build --quiet --release --manifest-path "$root/benches/Cargo.toml" --target-dir "$target"

# A flag may come once only, so the environment's are left out where the caller gives the flag.
arguments=" $* "
option() {
	case $arguments in *" $1 "*) return ;; esac
	[ -z "$2" ] || printf '%s\n%s\n' "$1" "$2"
}
switch() {
	case $arguments in *" $1 "*) return ;; esac
	[ "${2:-0}" = 0 ] || printf '%s\n' "$1"
}
from_environment=$(
	option --java "${java:-java}"
	option --jar "$jar"
	option --base-jar "${HAWSER_BENCH_BASE_JAR:-}"
	option --cases "${HAWSER_BENCH_CASES:-}"
	option --rounds "${HAWSER_BENCH_ROUNDS:-}"
	option --seconds "${HAWSER_BENCH_SECONDS:-}"
	option --output "$root/build/bench"
	option --docs "$docs"
	switch --quick "${HAWSER_BENCH_QUICK:-}"
	switch --check "${HAWSER_BENCH_CHECK:-}"
	switch --resume "${HAWSER_BENCH_RESUME:-}"
)
# Split at line ends only: paths may hold spaces.
IFS='
'
set -f
# shellcheck disable=SC2086
exec "$target/release/compare" $from_environment "$@"
