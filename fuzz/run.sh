#!/usr/bin/env bash
# Runs every target of cargo-fuzz one after the other and prints a table of what it did: `fuzz/run.sh [SECONDS] [TARGET...]`, 60 seconds
# and all targets unless told otherwise. Needs `cargo install cargo-fuzz --locked` and a C++ compiler; the toolchain is the stable one,
# so without a sanitizer. Ends with 1 if something was found.
#
# What was found lies in artifacts/, what was learnt in corpus/; neither is committed.
set -uo pipefail
cd "$(dirname "$0")" || exit

seconds=${1:-60}
shift || true
if [ $# -gt 0 ]; then
	targets=("$@")
else
	mapfile -t targets < <(sed -n 's/^path = "fuzz_targets\/\(.*\)\.rs"$/\1/p' Cargo.toml)
fi
logs=${CARGO_TARGET_DIR:-target}/logs
mkdir -p "$logs"
status=0

cargo run --quiet --example write_seeds corpus || exit
cargo fuzz build --sanitizer none > "$logs/build.log" 2>&1 || { tail -n 40 "$logs/build.log"; exit 1; }

# number NAME LOG: what libFuzzer's final statistics say.
number() {
	sed -n "s/^stat::$1: *//p" "$2" | tail -n 1
}

echo '| target | seconds | executions | a second | edges covered | inputs kept | peak memory in MB | findings |'
echo '|---|---|---|---|---|---|---|---|'
for target in "${targets[@]}"; do
	log=$logs/$target.log
	mkdir -p "artifacts/$target" "corpus/$target"
	begin=$SECONDS
	cargo fuzz run --sanitizer none "$target" -- "-max_total_time=$seconds" -print_final_stats=1 -timeout=10 -rss_limit_mb=512 \
		-max_len=4096 -verbosity=1 > "$log" 2>&1 || status=1
	found=$(find "artifacts/$target" -type f | wc -l)
	edges=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1)
	echo "| $target | $((SECONDS - begin)) | $(number number_of_executed_units "$log") | $(number average_exec_per_sec "$log") |" \
		"${edges#cov: } | $(find "corpus/$target" -type f | wc -l) | $(number peak_rss_mb "$log") | $found |"
	[ "$found" = 0 ] || { status=1; grep -h -A 3 'panicked at' "$log" | head -n 8 >&2; }
done
exit $status
