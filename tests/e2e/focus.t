#!/bin/bash
# Focus time on real screens: the candidate works unobserved; frozen, read-only and
# ended rooms say that they are.
. "$(dirname "$0")/lib.sh"
host_start
room_with 'x = 1
'
staff=$(invite interviewer)
enter A 80x24 "$CODE" Cleo
enter B 80x24 "$staff" Ivy
mux pipe-pane -t B "cat >$TMP/bytes"

choose A 'Focus time 5 min'
try "A sees that nobody watches" sees A 'Nobody is watching\. 4:[0-9]{2}\. End early: F9'
try "B sees it, too" sees B 'Focus time 4:[0-9]{2} - candidate works unobserved; recording continues'
type_in A 'CANARY = 2'
keys A Enter
sees A 'CANARY = 2' || bail "A cannot write"
type_in B 'y'
try "B can only read" sees B 'Focus time - read-only until it is over'
keys B F8
type_in B 'works alone'
keys B Enter
try "notes stay open" sees B '[0-9]{2}:[0-9]{2} works alone'
keys B Escape
sees B '\^F Find' || bail "B is not back in the code"
keys A C-r
try "A runs the program" sees A 'OK exit 0'
keys B F9
try "B cannot end it by a slip" sees B 'Nobody is waiting'
try "of what A writes nothing is on B's screen" shows_not B CANARY
is "and nothing was sent there" "$(grep -c 'CANARY\|OK exit' "$TMP/bytes")" 0
leave B
rejoin B 80x24 "$staff"
try "who comes back meanwhile sees that it lasts" sees B 'Focus time 4:[0-9]{2}'
try "and nothing of it either" shows_not B CANARY
keys A F9
try "F9 ends it" sees_no_more A 'Nobody is watching'
try "then B has all of it" sees B 'CANARY = 2'
type_in B '# '
try "and can write" sees A '# '
both "both have the same run" 'OK exit 0'
is "the log says so" "$(cs room tail "$ROOM" | jq -r 'select(.type == "focus") | .type' | wc -l)" 2
# the hub begins none within a second after another has ended
ended_at=$EPOCHSECONDS
a_second_ago() { [ $((EPOCHSECONDS - ended_at)) -ge 2 ]; }
until_ok a_second_ago
choose B 'Focus time 5 min'
try "an interviewer can start it, too" sees A 'Nobody is watching'
choose B 'End focus time'
try "and end it" sees_no_more A 'Nobody is watching'

choose B Freeze
try "a frozen room says so" sees A 'Frozen by (Ivy|the interviewer) - read-only'
try "also in the first row" sees A '^ CodeSync .* FROZEN'
before=$(text)
type_in A 'z'
try "a key says why it does nothing" sees A 'Frozen by the interviewer - read-only'
type_in B '# staff '
try "the staff writes on" sees A '# staff'
try "what A typed is not there" [ "$(text | grep -c z)" = "$(grep -c z <<<"$before")" ]
choose B Thaw
try "thawed it is writable again" sees_no_more A FROZEN
keys A End
type_in A '# again'
try "at once" sees B '# again'
choose B 'Make Cleo read-only'
try "one person can be made read-only" sees A '^ CodeSync .* READ-ONLY'
choose B 'Let Cleo write'
try "and be let write again" sees_no_more A READ-ONLY

choose B 'End interview'
try "the end is asked for once" sees B 'End the interview\?'
keys B Enter
try "Enter says no" sees_no_more B 'End the interview\?'
is "and it goes on" "$(cs room show "$ROOM" --json | json .state)" live
choose B 'End interview'
keys B e
try "E ends it" sees A 'Interview ended by Ivy - read-only'
before=$(text)
type_in A 'after'
try "then nothing can be written" has_text "$before"
cs room reopen "$ROOM" >/dev/null
try "opened again it goes on" sees_no_more A ENDED
keys A End
type_in A '# back'
try "for the candidate, too" sees B '# back'
leave A
leave B
