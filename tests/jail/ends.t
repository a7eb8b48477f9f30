#!/bin/sh
# How a program's end becomes an exit status and a report.
. tests/jail/lib.sh

python <<'P'
import sys
print("out")
print("err", file=sys.stderr)
P
ok "output and errors come through" [ "$(cat "$T/out" "$T/err")" = "out
err" ]
ok "a good end is status 0" ended 0 ok '"exit_code":0,"signal":null'
ok "the report says the tier" ended 0 ok '"tier":"\(rlimits\|cgroup-v[12]\)","warm":false'

python <<'P'
raise SystemExit(3)
P
ok "the program's status is ours" ended 3 failed '"exit_code":3'

python <<'P'
import os, signal
os.kill(os.getpid(), signal.SIGSEGV)
P
ok "a signal is 128 and more" ended 139 failed '"signal":"SIGSEGV"'

python <<'P'
import os
os._exit(137)
P
ok "status 137 of its own is no limit" ended 137 failed '"exit_code":137'

python <<'P'
import os, signal
os.kill(os.getpid(), signal.SIGTERM)
P
ok "its own SIGTERM is not a stop" ended 143 failed '"signal":"SIGTERM"'

jail -- no-such-program
ok "a program that is not there is our failure" ended 125 internal_error
ok "and one sentence says so" grep -q 'no-such-program.*No such file' "$T/err"

jail --cpu-s nonsense -- /bin/true
ok "a bad option is refused" [ "$rc" = 125 ]

rc=0
"$JAIL" --report 7 -- /bin/echo ran >"$T/out" 2>"$T/err" 7>&- </dev/null || rc=$?
ok "a report that would be lost is refused" [ "$rc" = 125 ]
ok "before anything runs" [ ! -s "$T/out" ]

jail --dir "$T/nowhere" -- /bin/true
ok "a missing directory is our failure" ended 125 internal_error

rc=0
"$JAIL" -- /bin/sh -c 'echo last >&2' 2>"$T/err" </dev/null || rc=$?
ok "the report is the last line of standard error" \
    sh -c "tail -n 1 '$T/err' | grep -q '^{.*}\$' && head -n 1 '$T/err' | grep -qx last"

rc=0
echo hello | "$JAIL" --report 9 -- /usr/bin/python3 -c 'print(input())' \
    >"$T/out" 9>"$T/report" || rc=$?
ok "standard input comes through" out_is hello

python <<'P'
import os
if os.fork() == 0:
    import time
    time.sleep(60)
P
ok "a child that holds the output does not hold the run" ended 0 ok

mkfifo "$T/live"
"$JAIL" --report 9 -- /usr/bin/python3 -c 'print("now"); import time; time.sleep(30)' \
    >"$T/live" 9>"$T/report" </dev/null 2>"$T/err" &
pid=$!
read -r line <"$T/live"
ok "a line is seen when it is printed" [ "$line" = now ]
kill -TERM $pid
rc=0
wait $pid || rc=$?
ok "SIGTERM stops the run and reports" ended 143 stopped

mkfifo "$T/slow"
"$JAIL" --report 9 -- /bin/sh -c 'i=0; while [ $i -lt 9000 ]; do echo 0123456789; i=$((i + 1)); done' \
    >"$T/slow" 9>"$T/report" </dev/null 2>"$T/err" &
pid=$!
exec 8<"$T/slow"
read -r line <&8 # it has begun
program_ended() {
	[ -z "$(cat "/proc/$pid/task/$pid/children")" ]
}
wait_for 5 program_ended
start=$(date +%s%N)
kill -TERM $pid
wait_for 5 test -s "$T/report" || kill -KILL $pid
rc=0
wait $pid || rc=$?
exec 8<&-
ms=$((($(date +%s%N) - start) / 1000000))
ok "SIGTERM also ends the wait for a reader" ended 0 ok '"output_truncated":true'
ok "within a second ($ms ms)" [ "$ms" -lt 1000 ]

echo "1..$n"
