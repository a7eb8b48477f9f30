#!/bin/bash
# The timer, the end of an interview, and what is told of it afterwards.
. "$(dirname "$0")/lib.sh"
host_start
room --title 'Backend screen' --minutes 60
staff=$(invite interviewer)
enter A 80x24 "$CODE" Cleo
enter B 120x40 "$staff" Ivy
report() { cs room report "$ROOM" --json; }

# --- the timer ---

try "the candidate sees what is left" sees A '(60:00|59:5[0-9]) left'
try "and so does the interviewer" sees B '(60:00|59:5[0-9]) left'
choose B 'Pause timer'
try "a pause is seen by all" sees A '[0-9]:[0-9][0-9] paused'
try "and is in the log" tail_has '.type == "pause" and .why == "staff"'
left() { screen A | head -n 1 | grep -o '[0-9]*:[0-9]* paused'; }
was=$(left)
murder hub
sees A 'paused' || bail 'A does not come back'
is "it outlives the hub" "$(left)" "$was"
cs room resume "$ROOM" >/dev/null
try "it goes on" sees B '59:[0-9]+ left'
cs room extend "$ROOM" 10 >/dev/null
try "and gets longer" sees A '69:[0-9]+ left'

# --- what is counted ---

type_in A 'print(4)'
sees B '1 print\(4\)'
keys A Enter
paste A $'# twelve characters\n'
sees B '2 # twelve'
keys A C-r
try "a run" sees B 'OK exit 0'
keys A C-r
sees B 'run 2: OK exit 0' || bail 'the second run does not end'
cs room note "$ROOM" 'asked about empty input' >/dev/null
kill -KILL "$(ssh_pid A)"
try "a lost connection stops the timer" sees B '! Cleo lost connection - code safe, timer paused, [12]:[0-9]+ to rejoin'
leave A
rejoin A 80x24 "$CODE"
try "who comes back is welcome" sees A 'Welcome back'
try "and told that nothing was lost" shows A 'Nothing was lost\.'
keys A Enter
try "the timer goes on" sees B '69:[0-9]+ left'

# --- the end ---

choose B 'End interview'
sees B 'End the interview'
keys B e
try "the candidate reads who has ended it" sees A 'Interview ended by Ivy - read-only'
try "and how to have a copy" sees A "ssh .*$ROOM@.* room get"
try "the interviewer sees the summary" sees B "Interview $ROOM ended +duration 00:"
try "with the runs" shows B 'Runs +2: 2 OK'
try "and the paste" shows B 'Pastes +1 by Cleo \(largest 20 chars'
try "which the candidate never does" shows_not A 'Pastes'
type_in B r
try "R shows how it came to be, from the beginning" sees B ' 00:00:00 / '
keys B End
try "to the end" sees B 'ended by Ivy'
type_in B q
try "and q leads back" sees B "Interview $ROOM ended"
keys B Enter
try "a key leads on to the code" sees B '1 print\(4\)'
report >"$TMP/report"
count() { jq -c "$1" <"$TMP/report"; }
is "the report counts the same" "$(count '[.run_count, .paste_count, .note_count]')" '[2,1,1]'
is "by person" "$(count '[.people[] | select(.seat == "C") | .name, .role, .typed, .pasted, .runs]')" '["Cleo","candidate",9,20,2]'
is "away included" "$(count '.people[] | select(.seat == "C") | .away_s | . >= 0 and . < 60')" true
is "every run with its verdict" "$(count '[.runs[] | [.run, .seat, .verdict]]')" '[[1,"C","ok"],[2,"C","ok"]]'
is "its keys" "$(count 'has("room") and has("people") and has("runs") and has("pastes") and has("duration_s") and has("files")')" true
like "for people it is a page" "$(cs room report "$ROOM")" "^Interview $ROOM  Backend screen"
cs room report r-00000 2>"$TMP/err"
is "of a room that is not there" $? 3
has_head() { cs room verify "$ROOM" --json | jq -e '.ended_sha256 | length > 0' >/dev/null; }
until_ok has_head || bail 'the log has no head'
keys A C-q
sees A 'The interview has ended' || bail 'A is not asked'
keys A l
is "the candidate leaves" "$(exits A)" 0
try "with a receipt" sees A "which has ended\. Your copy, for 24 hours:$"
try "and the command on a line of its own" sees A "^ssh .* room get$"
receipt() { screen A | grep -Eo 'log was [0-9a-f]{16}' | cut -d' ' -f3; }
is "which has the log's head, as it was at the end" "$(receipt)" "$(cs room verify "$ROOM" --json | jq -r '.ended_sha256[:16]')"
