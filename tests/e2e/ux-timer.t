#!/bin/bash
# Scenario 19, the part of the timer: it stands while a candidate's connection is
# lost, and goes on afterwards. (The rest of 19 is rejoin.t's.)
. "$(dirname "$0")/lib.sh"
host_start
echo one >"$TMP/start"
room --minutes 60 --file "main.py=$TMP/start"
enter A 80x24 "$CODE" candidate
enter B 80x24 "$(invite interviewer)" interviewer
left() { row B 0 | grep -oE '[0-9]+:[0-9]{2}( left)?' | tail -n 1; }
moves() { [ "$(left)" != "$1" ]; }

ux 19 "Connection lost"
like "the time that is left is in the first row" "$(left)" '^(60:00|59:[0-9]{2})'
try "and gets less" until_ok moves "$(left)"
kill -KILL "$(ssh_pid A)"
try "B is told, and for how long it is held" sees B '! candidate lost connection - code safe, timer paused, 2:00 to rejoin'
try "the chip says it, too" shows B 'C!candidate'
at=$(left)
later() { [ $SECONDS -gt "$1" ]; }
until_ok later $((SECONDS + 2))
is "the timer stands" "$(left)" "$at"
leave A
knock A 80x24
sees A 'Invite code:' || bail "A is not asked for the code"
type_in A "$CODE"
keys A Enter
try "A is welcome" sees A 'Welcome back'
try "and told that the timer stood" sees A 'timer was paused'
keys A Enter
try "the timer goes on" until_ok moves "$at"
try "the text is there" sees A '1 one'
