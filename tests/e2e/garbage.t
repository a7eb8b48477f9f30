#!/bin/bash
# Malformed streams on the ssh port and on the host's sockets: each closes its
# own connection and nothing else. Two people type all the while.
. "$(dirname "$0")/lib.sh"
rough() { python3 "$LIB/rough.py" "$@" 2>&1; }
printf 'per_source = 1000\nmax_startups = "1000:100:1000"\n' >"$TMP/config"
host_start
room_with $'\n'
enter A 80x24 "$CODE" Ada
enter B 80x24 "$(invite interviewer)" Bob
keys B Down
hub=$(child hub) runner=$(child runner)
REQ=48 PUSH=80 PAIR=16 # nng's numbers
n=0 a='' b=''

# goes_on: what each types comes to the other, and nothing was restarted.
goes_on() {
	n=$((n + 1)) a+=a$n. b+=b$n.
	type_in A "a$n."
	sees B "1 $a" || return
	type_in B "b$n."
	sees A "2 $b" || return
	[ "$(child hub)" = "$hub" ] && [ "$(child runner)" = "$runner" ]
}
two_sessions() { [ "$(children session | wc -l)" -eq 2 ]; }
answered() { cs room show "$ROOM" >/dev/null; }
# holding COMMAND...: run it until `let_go`, and wait for its first line.
holding() {
	coproc HOLD { rough "$@"; }
	read -r -t "$WAIT_S" held <&"${HOLD[0]}" || bail "nothing is held"
}
let_go() {
	local pid=$HOLD_PID
	exec {HOLD[1]}>&-
	wait "$pid"
}
try "two people type" goes_on
before=$(memory_kb "$hub")

is "the ssh port closes every malformed stream" "$(rough ssh "$PORT")" ''
try "typing goes on" goes_on
is "clients cut off in the middle of the handshake" "$(rough reset "$PORT" 60)" ''
try "typing goes on" goes_on
try "no process of theirs stays" until_ok two_sessions
try "none of them was killed by a signal" eval '! grep -q "killed by signal" "$LOG"'

is "control.sock closes them" "$(rough sp "$RUN" control.sock $REQ)" ''
try "typing goes on" goes_on
is "jobs.sock closes them" "$(rough sp "$RUN" jobs.sock $REQ)" ''
try "typing goes on" goes_on
is "output.sock closes them" "$(rough sp "$RUN" output.sock $PUSH)" ''
try "typing goes on" goes_on
for seat in "$RUN"/s/*; do
	is "a seat's endpoint closes them, and a second dial" "$(rough sp "$RUN/s" "${seat##*/}" $PAIR)" ''
done
try "typing goes on" goes_on
is "so does an endpoint that is their own" "$(rough seats "$RUN" "$ROOM" 200)" ''
try "typing goes on" goes_on

rough unread "$RUN" 20
try "requests whose answers nobody reads: typing goes on" goes_on
try "and commands are answered" answered
for s in control.sock:$REQ jobs.sock:$REQ output.sock:$PUSH; do
	holding half "$RUN" "${s%:*}" "${s#*:}" 100
	try "100 unfinished messages wait on ${s%:*}: typing goes on" goes_on
	try "and commands are answered" answered
	let_go
done
is "programs run" "$(cs room put "$ROOM" x.py </dev/null >/dev/null; cs room run "$ROOM" --wait --json 2>&1 | json .verdict)" failed
is "the text is what was typed" "$(text)" "$a"$'\n'"$b"
grown=$(($(memory_kb "$hub") - before))
if [ -n "${SANITIZE-}" ]; then
	skip "the hub has not grown by more than 16 MB" "the sanitizers hold on to freed memory"
else
	try "the hub has not grown by more than 16 MB ($grown kB)" [ $grown -lt 16384 ]
fi
host_stop
try "the host ends when it is asked to" eval '! grep -q "killing what has not ended" "$LOG"'
