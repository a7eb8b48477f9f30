#!/bin/bash
# Following on real screens: who is followed, what pauses it, and the way back.
# Scenario 16.
. "$(dirname "$0")/lib.sh"
host_start
seq 200 | sed 's/^/line /' >"$TMP/main"
seq 80 | sed 's/^/util /' >"$TMP/util"
room --file "main.py=$TMP/main" --file "util.py=$TMP/util"
staff=$(invite interviewer)
enter A 80x24 "$CODE" Cleo
enter B 80x24 "$staff" Ivy

ux 16 Follow
try "an interviewer follows the candidate from the start" sees B 'FOLLOWING Cleo - Esc stops'
try "a candidate follows nobody" shows_not A 'FOLLOW'
keys A C-End
try "what the candidate goes to is seen" sees B 'line 200$'
keys A C-Home
try "and where it comes back to" sees B '  1 line 1$'
keys A C-End
sees B 'line 200$'
choose B 'Chat'
type_in B 'hi'
keys B Enter
try "the chat does not pause it" sees A 'Ivy: hi'
keys B Escape
sees B 'FOLLOWING Cleo'
type_in B x
try "a letter of one's own pauses it" sees B 'FOLLOW PAUSED - F7 resumes'
try "and is where one's own caret was" sees B '  1 xline 1$'
keys A C-Home
keys A C-End
keys A Up
sees B 'C↓200'
try "what is seen stays" shows B '  1 xline 1$'
keys B F7
try "F7 resumes" sees B 'line 200$'
ux
keys A C-NPage
try "it follows across files" sees B 'util\.py 2/2'
keys B S-F7
try "Shift-F7 leads back" sees B '  1 xline 1$'
try "and ends it" shows_not B 'FOLLOW'
choose B 'Follow Cleo'
try "the menu follows by name" sees B 'util\.py 2/2'
keys B Escape
try "Esc stops it" sees_no_more B 'FOLLOW'
choose A 'Follow the next person'
try "a candidate may follow, too" sees A 'FOLLOWING Ivy - Esc stops'
leave A
leave B
