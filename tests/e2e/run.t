#!/bin/bash
# Running the program: everybody sees it start, print and end, whatever it does,
# within the limits that the configuration sets; and the same by command.
. "$(dirname "$0")/lib.sh"
cat >"$TMP/config" <<'END'
limits {
	cpu_s = 1
	output_kb = 64
}
END
host_start
room_with 'print("hello")
'
enter A 80x24 "$CODE" Ada
enter B 120x40 "$(invite interviewer)" Bob

# run WAIT for its result, as JSON
run() { cs room run "$ROOM" --wait --json "$@"; }
verdict() { run | json .verdict; }

keys A C-r
both "^R: both see what the program prints" '^hello|│hello'
both "and that it ended well" 'run 1: OK exit 0'
try "and how long it took" sees A 'run 1: OK exit 0 in [0-9]+\.[0-9]+ s'
keys B F5
both "F5 runs as well" 'run 2: OK '
try "the log says who ran it" tail_has '.type == "run_start" and .run == 2 and .seat == "I"'

program 'import time
print("first")
time.sleep(60)
print("second")'
keys A C-r
both "a program runs" '^first|│first'
keys B C-r
try "a second ^R says that it still runs" sees B 'Run 3 is still running - \^C stops it'
type_in A 'while = it + runs'
try "typing goes on while it runs" sees B 'while = it \+ runs'
keys B C-c
both "^C stops it for everybody and says who did" 'STOPPED by Bob'
try "what comes later is not printed" shows_not A '^second'

program 'import sys
print("to stdout")
print("to stderr", file=sys.stderr)
sys.exit(1)'
keys A C-r
both "the verdict has the exit status" 'run 4: FAILED exit 1'
both "stderr is shown too" 'to stderr'
try "the log tells them apart" tail_has '.type == "run_output" and .stream == "stderr" and (.text | test("to stderr"))'

program 'while True: pass'
keys A C-r
both "a loop ends at the time limit" 'TIME LIMIT 1 s'
program 'while True: print("FLOOD")'
keys A C-r
both "much output ends at the output limit" 'run 6: OUTPUT LIMIT 64 KB'
try "which is said below it" sees A '^-- output cut at 64 KB --'

program 'import ctypes
ctypes.CDLL(None).ptrace(0, 0, 0, 0)
print("reached")'
keys A C-r
both "a forbidden system call is named" 'BLOCKED ptrace'
try "the program does not get further" shows_not A '^reached'

program "import socket
try:
    socket.create_connection(('127.0.0.1', $PORT), 5)
    print('reached')
except OSError:
    print('no network')"
is "there is no network in a run, and Python says so in its own way" "$(run | json .output)" 'no network'

# --- by command ---

program 'import sys
print("out")
print("err", file=sys.stderr)'
cs room run "$ROOM" --wait >"$TMP/out" 2>"$TMP/err"
is "run --wait: exit status 0" $? 0
is "run --wait: the output" "$(cat "$TMP/out")" out
like "run --wait: stderr and the verdict" "$(tr '\n' ' ' <"$TMP/err")" '^err OK exit 0 in [0-9]+\.[0-9]+ s $'
got=$(run)
is "--json: exit status 0" $? 0
is "--json: its keys" "$(jq -c keys <<<"$got")" \
    '["cpu_ms","exit_code","memory_kb","output","output_truncated","run","signal","syscall","tier","verdict","wall_ms","warm"]'
is "--json: the verdict" "$(jq -c '[.verdict, .exit_code, .signal, .syscall, .output_truncated]' <<<"$got")" '["ok",0,null,null,false]'
is "--json: all of the output" "$(json '.output | split("\n") | sort | join(" ")' <<<"$got")" ' err out'

program 'import os; os.kill(os.getpid(), 11)'
got=$(run)
is "a program that fails: exit status 10" $? 10
is "a crash names the signal" "$(jq -c '[.verdict, .signal]' <<<"$got")" '["failed","SIGSEGV"]'
program 'x = []
while True:
    x.append(bytearray(1 << 20))'
is "too much memory" "$(verdict)" memory_limit
program 'import time
print("waiting")
time.sleep(60)'
run >"$TMP/stopped" &
waiting=$!
both "a run by command is seen in the room" '^waiting|│waiting'
cs room run "$ROOM" --json 2>"$TMP/err"
is "a second run by command: not possible in this state" $? 5
is "and the error says so" "$(json .error.code <"$TMP/err")" state
cs room stop "$ROOM" >/dev/null
is "room stop: exit status 0" $? 0
wait $waiting
is "who waits for a stopped run gets exit status 10" $? 10
is "the verdict is stopped" "$(json .verdict <"$TMP/stopped")" stopped
both "the room sees it" 'STOPPED by '
cs room stop "$ROOM" 2>/dev/null
is "room stop when nothing runs: not possible in this state" $? 5

is "the fold of the log is the file" "$(folded | md5sum)" "$(text | md5sum)"
