#!/bin/bash
# codesyncd is killed and started again at once, with its hub still at work; and
# it ends when nobody else does.
. "$(dirname "$0")/lib.sh"
host_start
room_with ''
enter A 80x24 "$CODE" Ada

# kill_host: without giving anybody else time to end
kill_host() {
	local pid=$host_pid
	host_pid=
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
}
answers() { cs room list --json >/dev/null 2>&1; }
sockets() { (cd "$RUN" && echo ./*.sock); }
has_runner() { grep -q 'the runner .* is here' "$LOG"; }
typed() { [ "$(text)" = "$1" ]; }

hub=$(child hub)
kill_host
type_in A 'one '
host_start -l "127.0.0.1:$PORT"
try "what was typed meanwhile arrives" until_ok typed 'one '
try "the hub before has ended" until_ok gone "$hub"
is "and its end took nothing from the new one" "$(sockets)" './control.sock ./jobs.sock ./output.sock'
try "commands are answered" answers
try "a runner is there" until_ok has_runner

hub=$(child hub)
kill -STOP "$hub"
kill_host
host_start_late() {
	: >"$LOG"
	"$BUILD/codesyncd" -f "$TMP/config" -D "$DATA" -R "$RUN" -l "127.0.0.1:$PORT" 2>>"$LOG" </dev/null &
	host_pid=$!
}
host_start_late
try "a hub that is stuck keeps the next one out" until_ok grep -q 'another hub is still at work' "$LOG"
try "and nobody is let in" host_alive_and_not_ready
kill -CONT "$hub"
try "when it is gone the host comes up" until_ok ready
type_in A 'two'
try "and the seat is there again" until_ok typed 'one two'
try "commands are answered again" answers
keys A C-z
try "^Z takes back what was typed over a restart" until_ok typed 'one '
keys A C-y
try "and ^Y brings it again" until_ok typed 'one two'

# cage PROGRAM: user, rights and filter of its newest process
cage() {
	awk '/^(CapEff|NoNewPrivs|Seccomp):/ { print $1, $2 }' "/proc/$(child "$1")/status" | tr '\n' ' '
}
leave A
rejoin A 80x24 "$CODE" || bail "A cannot come back"
if [ -z "${SANITIZE-}" ]; then
	for p in session edit; do
		is "the $p has no rights and a filter" "$(cage $p)" 'CapEff: 0000000000000000 NoNewPrivs: 1 Seccomp: 2 '
	done
else
	skip "the session and the editor are filtered" "sanitizers"
fi
if [ "$(id -u)" = 0 ]; then
	is "the session's root is empty" "$(readlink "/proc/$(child session)/root")" "$RUN/empty"
	[ -n "${SANITIZE-}" ] ||
		is "the editor's holds the seats' sockets" "$(readlink "/proc/$(child edit)/root")" "$RUN/s"
else
	skip "session and editor have roots of their own" "not root"
fi

for p in session edit hub runner; do kill -STOP "$(child $p)"; done
host_stop
is "SIGTERM ends it with status 0 though nobody else moves" $? 0
