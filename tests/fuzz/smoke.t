#!/bin/bash
# Every fuzz target for FUZZ_S seconds (default 5), from nothing. What it finds
# is written to $BUILD/fuzz/found.
cd "$(dirname "$0")/../.." || exit 1
seconds=${FUZZ_S:-5}
set -- tests/fuzz/*.c
echo "1..$#"
mkdir -p "$BUILD/fuzz/found"
for source; do
	name=$(basename "$source" .c)
	if ! [ -x "$BUILD/fuzz/$name" ]; then
		echo "ok - any bytes as $name # SKIP clang's fuzzer is not here"
		continue
	fi
	if log=$("$BUILD/fuzz/$name" -max_total_time="$seconds" -timeout=10 \
	    -rss_limit_mb=1024 -artifact_prefix="$BUILD/fuzz/found/$name-" 2>&1); then
		echo "ok - any bytes as $name"
	else
		printf '%s\n' "$log" | tail -n 40 | sed 's/^/# /'
		echo "not ok - any bytes as $name"
	fi
done
