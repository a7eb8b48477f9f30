#!/bin/bash
# What people see when the host cannot give them an editor.
. "$(dirname "$0")/lib.sh"
host_start
room
knock A 80x24
sees A 'Invite code:' || bail "A is not asked for the code"

# No descriptor beyond those that it has: a pty cannot be opened.
limit=$(prlimit --pid "$host_pid" --nofile --output SOFT --noheadings | tr -d ' ')
prlimit --pid "$host_pid" --nofile=3:
type_in A "$CODE"
keys A Enter
is "ssh ends with status 1" "$(exits A)" 1
try "and a sentence says why" shows A 'The host is busy. Try again'
try "not with a broken connection" shows_not A 'remote host'
try "nobody is killed for it" [ -z "$(grep 'killed' "$LOG")" ]
prlimit --pid "$host_pid" --nofile="$limit:"
leave A
enter A 80x24 "$CODE" Ada
ok "the same code leads in afterwards"
