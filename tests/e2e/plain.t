#!/bin/bash
# What a program or a person writes cannot drive the terminal of who looks at it
# by command; where it goes elsewhere it is what was written.
. "$(dirname "$0")/lib.sh"
host_start
cat >"$TMP/start" <<'END'
import sys
e = "\033"
print(e + "[2J" + e + "]52;c;eHg=\a" + "\x9b31m" + "\u202e" + "half\r\n")
print(e + "[31mred", file=sys.stderr)
END
room --file "main.py=$TMP/start" --title 'a title'
# on_terminal COMMAND...: what it writes to one, newlines as \n
on_terminal() {
	local line
	line=$(printf '%q ' "$BUILD/codesync" -R "$RUN" "$@")
	script -qec "stty -onlcr; exec $line" "$TMP/typescript" >/dev/null </dev/null
	sed '1d;$d' "$TMP/typescript"
}
# controls: the bytes of stdin that a terminal listens to, without colours
controls() { sed $'s/\e\\[[0-9;:]*m//g' | tr -d '\n\t' | LC_ALL=C grep -c $'[\x01-\x1f\x7f]\|\xc2[\x80-\x9f]\|\xe2\x80\xae'; }

seen=$(on_terminal room run "$ROOM" --wait)
is "run --wait on a terminal: no control gets through" "$(controls <<<"$seen")" 0
like "it is shown as symbols" "$seen" '\^\[\[2J\^\[\]52;c;eHg=\^G<U\+009B>31m<U\+202E>half$'
like "colours get through, and are taken back" "$(cat -v <<<"$seen")" '\^\[\[31mred'
like "the verdict comes last" "$(tail -n 1 <<<"$seen")" 'OK exit 0 in '
cs room run "$ROOM" --wait >"$TMP/out" 2>/dev/null
is "run --wait into a file: every byte" "$(od -c "$TMP/out")" "$(python3 "$TMP/start" 2>/dev/null | od -c)"

seen=$(on_terminal room tail "$ROOM")
is "tail on a terminal: no control gets through" "$(controls <<<"$seen")" 0
filter='select(.type == "run_output" and .run == 1 and .stream == "stdout") | .text'
is "tail on a terminal: it is the same JSON" "$(jq -j "$filter" <<<"$seen" | od -c)" "$(cs room tail "$ROOM" | jq -j "$filter" | od -c)"
