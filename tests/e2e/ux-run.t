#!/bin/bash
# Scenarios 8 to 13: programs, as everybody in the room sees them, within the
# limits that a host has without a configuration.
. "$(dirname "$0")/lib.sh"
# But for the time in all: the machine may have more to do than this loop.
printf 'limits { wall_s = 600 }\n' >"$TMP/config"
WAIT_S=60
host_start
room_with ''
enter A 80x24 "$CODE" candidate
enter B 120x40 "$(invite interviewer)" interviewer
mux set -s set-clipboard on

ux 08 "Run shared"
program 'import time
for i in range(3):
    print("line", i + 1)
    time.sleep(0.5)
input("done? ")'
keys A C-r
both "both see the lines before the program ends" '(^|│)line 1 *$'
both "all of them" '(^|│)line 3 *$'
both "while it waits" 'run 1: WAITING FOR INPUT 00:[0-9][0-9]'
keys A Enter
both "it ends for both" 'run 1: OK exit 0'

ux 13 "^C three ways"
program 'import time
print("begun")
time.sleep(600)'
keys A C-r
try "a program runs" sees A 'run 2: RUNNING 00:[0-9][0-9] - \^C stops'
sees A '^begun'
keys A C-Home S-End C-c
try "with a selection it copies" sees A 'Copied'
try "and the program runs on" shows A 'RUNNING'
keys A Escape Right C-c
both "without one it stops the program" 'STOPPED by candidate'
keys A C-c
try "and where nothing runs it says so" sees A 'Nothing is running'
try "nobody has left" eval 'screen_is_editor A && screen_is_editor B'

ux 12 "Flood and escapes"
printf 'mine' | mux load-buffer -
program 'e = "\033"
block = (e + "]52;c;c3RvbGVu\a" + e + "[2J" + e + "[?1049l" + "FLOOD\n") * 1000
for i in range(400):
    print(block)'
say "it prints $((400 * 1000 * 34)) bytes"
keys A C-r
both "it is cut at the limit" 'OUTPUT LIMIT 1 MB'
try "and the last line says so" sees A '^-- output cut at 1 MB --'
try "B's rows are whole" screen_is_editor B
try "A's, too" screen_is_editor A
try "the code is still there" eval "shows A '# program 3' && shows B '# program 3'"
is "the clipboard is what it was" "$(mux show-buffer)" mine

ux 11 "Endless loop"
program 'while True: pass'
keys A C-r
both "a loop runs" 'RUNNING'
keys B C-Home
type_in B '# typed '
both "typing goes on beside it" '1 # typed # program 4'
try "while it runs" shows B 'RUNNING'
both "it ends at the time limit" 'TIME LIMIT 10 s'
try "which is said below the output" sees A '^-- stopped: time limit 10 s; output above is complete up to here --'
