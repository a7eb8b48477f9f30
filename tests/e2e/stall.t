#!/bin/bash
# Whoever stalls - an ssh client, an editor, a session - delays nobody and costs
# no memory, and finds everything when it goes on.
. "$(dirname "$0")/lib.sh"
printf 'limits { output_kb = 16384 }\n' >"$TMP/config"
host_start
room_with ''
enter A 80x24 "$CODE" Ada
session=$(child session) editor=$(child edit) client=$(ssh_pid A)
enter B 80x24 "$(invite interviewer)" Bob
enter C 80x24 "$(invite observer)" Cy
hub=$(child hub)
printf 'for i in range(40000): print("x" * 200)\n' >"$TMP/flood.py"

# carry_on WORD: 8 MB of output for everybody, and then B types 3,000 keys.
carry_on() {
	local i
	cs room put "$ROOM" main.py <"$TMP/flood.py" >/dev/null
	cs room run "$ROOM" --wait >"$TMP/out" 2>&1
	is "$1: the program's output is all there" "$(wc -c <"$TMP/out")" "$(wc -c <"$TMP/wanted")"
	keys B C-Home
	for i in {1..50}; do
		type_in B "$1 $i $(printf 'k%.0s' {1..50})"
		keys B Enter
		[ $((i % 25)) -eq 0 ] || continue
		try "$1: C sees B's line $i" until_ok at_the_end "$1 $i k"
	done
	until_ok has_rows 51
}
at_the_end() { # of what has come to C so far
	keys C C-End
	shows C "$1"
}
has_rows() { [ "$(text | wc -l)" -eq "$1" ]; }
# What A, B and C see of the first page.
equal() {
	keys A C-Home
	keys B C-Home
	keys C C-Home
	until_ok same_code A B && until_ok same_code C B
}
sizes() { memory_kb "$hub"; memory_kb "$session"; memory_kb "$editor"; }
nothing_grows() {
	if [ -n "${SANITIZE-}" ]; then
		skip "$1" "the sanitizers hold on to freed memory"
	else
		try "$1" bounded
	fi
}
# bounded: none of the three has grown by more than its share since $before.
bounded() {
	local now
	mapfile -t now < <(sizes)
	say "hub, session, editor: ${before[*]} kB, now ${now[*]} kB"
	[ $((now[0] - before[0])) -lt 4096 ] && [ $((now[1] - before[1])) -lt 3072 ] &&
	    [ $((now[2] - before[2])) -lt 4096 ]
}

(cd "$TMP" && python3 flood.py >wanted && echo 'OK exit 0 in 0.00 s' >>wanted)
carry_on warmup
mapfile -t before < <(sizes)
for who in client editor session; do
	kill -STOP "${!who}"
	carry_on "$who"
	nothing_grows "with a stopped $who nothing grows"
	kill -CONT "${!who}"
	try "A's $who goes on: A, B and C see the same" equal
	try "and it is what B typed" shows A "$who [0-9]+ k"
done

kill -STOP "$editor"
head -c 3000000 /dev/zero | tr '\0' p >"$TMP/paste"
mux load-buffer "$TMP/paste" && mux paste-buffer -p -t A
type_in B '# B types on'
try "3 MB pasted at a stopped editor: B types on" sees C '# B types on'
nothing_grows "and nothing grows"
kill -CONT "$editor"
try "A hears that it was too large" sees A 'Too large to paste: 3000000 bytes'
kill -STOP "$editor"
for i in {1..30}; do type_in A "$(printf 'z%.0s' {1..100})"; done
kill -CONT "$editor"
all_there() { [ "$(text | tr -cd z | wc -c)" -eq 3000 ]; }
try "3,000 keys typed at a stopped editor are all there" until_ok all_there
is "the hub is still the same" "$(child hub)" "$hub"
