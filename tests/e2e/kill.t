#!/bin/bash
# Every process of the host is killed, one after the other, while two people
# work: the others go on and no key is lost.
. "$(dirname "$0")/lib.sh"
host_start
room_with '# start'
other=$(invite interviewer)
enter A 80x24 "$CODE" Ada
enter B 100x30 "$other" Bob
sees A 'I.Bob' || bail "they do not see each other"

# goes_on WHAT: both type in a new line, both see it, and the log says the same
n=0 wanted='# start'
goes_on() {
	n=$((n + 1))
	keys A C-End Enter
	type_in A "a$n."
	try "$1: B sees what A types" sees B " a$n\."
	keys B C-End
	type_in B "b$n."
	try "$1: A sees what B types" sees A " a$n\.b$n\."
	wanted+=$'\n'"a$n.b$n."
	try "$1: the text is whole" until_ok has_text "$wanted"
	is "$1: the fold of the log is the text" "$(folded | md5sum)" "$(text | md5sum)"
}
# all_gone PIDS
all_gone() {
	local p
	for p in $1; do gone "$p" || return 1; done
}
rejoined() {
	leave A
	rejoin A 80x24 "$CODE"
}
goes_on "before"

# --- a session, an editor: one person's connection ends, the seat stays ---

for what in session edit; do
	rejoined || bail "A does not come back"
	sees B 'C[ *]Ada'
	victim=$(child $what)
	kill -KILL "$victim"
	until_ok gone "$victim"
	try "$what: A's ssh ends" until_ok dead A
	try "$what: B sees that A is gone" sees B 'C!Ada'
	type_in B 'alone.'
	wanted+='alone.'
	try "$what: B writes on" until_ok has_text "$wanted"
	try "$what: A comes back by the same code" rejoined
	try "$what: and sees what B wrote" sees A 'alone\.'
	goes_on "$what"
done

# --- the runner ---

try "runner: another takes its place" murder runner
is "runner: and runs programs" "$(cs room run "$ROOM" --wait --json 2>&1 | jq -r .run)" 1
printf %s "$wanted" >"$TMP/text"
printf 'import time\nprint("on and on")\ntime.sleep(100)\n' | cs room put "$ROOM" main.py >/dev/null
sees A 'time.sleep'
keys A C-r
sees A '^on and on'
sees B '^on and on'
program=$(descendants "$(child runner)")
like "runner: the program runs below it" "$program" '^[0-9]+$'
try "runner: it is killed during a run" murder runner
try "runner: A sees that the run is lost" sees A 'RUNNER LOST'
try "runner: B too" sees B 'RUNNER LOST'
try "runner: the verdict is in the log" tail_has '.type == "run_end" and .verdict == "lost"'
try "runner: nothing of the program is left" until_ok all_gone "$program"
cs room put "$ROOM" main.py <"$TMP/text" >/dev/null
sees B '# start'
goes_on "runner"

# --- the hub ---

keys A C-End
type_in A 'h1.'
try "hub: another takes its place" murder hub
type_in A 'h2.'
try "hub: what was typed meanwhile arrives" sees B 'h1\.h2\.'
wanted+='h1.h2.'
goes_on "hub"

# While the daemon stands still nobody brings the hub back.
hub=$(child hub)
keys A C-End
kill -STOP "$host_pid"
kill -KILL "$hub"
try "hub away: A is told" sees A 'reconnecting'
try "hub away: B is told" sees B 'reconnecting'
type_in A 'h3.'
try "hub away: A goes on typing" sees A 'h3\.'
type_in A 'h4.'
type_in A 'h5.'
kill -CONT "$host_pid"
try "hub back: A is no longer told" sees_no_more A 'reconnecting'
try "hub back: no key is lost" sees B 'h3\.h4\.h5\.'
wanted+='h3.h4.h5.'
goes_on "hub back"

# --- the daemon ---

keys A C-End
runs=$(children hub; children runner)
mine=$(children session; children edit)
{ kill -KILL "$host_pid" && wait "$host_pid"; } 2>/dev/null # bash would tell
try "daemon: hub and runner end with it" until_ok all_gone "$runs"
try "daemon: A is told" sees A 'reconnecting'
type_in A 'd1.'
host_start -l "127.0.0.1:$PORT"
try "daemon: A goes on when it is started again" sees_no_more A 'reconnecting'
try "daemon: no key is lost" sees B 'd1\.'
wanted+='d1.'
goes_on "daemon"
rejoin C 90x25 "$other"
try "daemon: who comes by the same code has the same seat" in_room C
try "daemon: and the text" sees C 'd1\.'
try "daemon: and the chip of the other" sees C 'C[ *]Ada'
is "daemon: nobody is there twice" "$(cs room show "$ROOM" --json | jq -c '[.people[] | [.seat, .state]] | sort')" \
    '[["C","here"],["I","here"]]'
leave A
leave B
leave C
try "daemon: sessions of before end with their people" until_ok all_gone "$mine"
