#!/bin/bash
# What was typed is kept, though the hub does not answer for a while: it is said,
# and who leaves meanwhile waits for it, but not for ever.
. "$(dirname "$0")/lib.sh"
host_start
room_with ''
enter A 80x24 "$CODE" Ada
enter B 80x24 "$(invite interviewer)" Bob
hub=$(child hub)

type_in A 'one '
try "two people type" sees B 'one'
kill -STOP "$hub"
type_in A 'two '
try "a hub that does not answer is told" sees A 'The host does not answer'
try "what was typed stays on the screen" shows A 'one two'
kill -CONT "$hub"
try "and when it answers again, that is not said any more" sees_no_more A 'does not answer'
try "nothing is lost" until_ok has_text 'one two '
try "nor on the other's screen" sees B 'one two'

kill -STOP "$hub"
type_in A 'three '
sees A 'three' || bail "A does not see the own keys"
kill -KILL "$(ssh_pid A)"
until_ok dead A
editor_waits() { [ "$(children edit | wc -l)" -eq 2 ]; }
try "an editor whose ssh is gone waits for its keys to be kept" editor_waits
later() { [ $SECONDS -gt "$1" ]; }
until_ok later $((SECONDS + 2)) # of the ten that it gives
try "for more than a moment" editor_waits
kill -CONT "$hub"
try "they are" until_ok has_text 'one two three '
editor_gone() { [ "$(children edit | wc -l)" -eq 1 ]; }
try "then it ends" until_ok editor_gone
leave A
rejoin A 80x24 "$CODE" || bail "A does not come back"

kill -STOP "$hub"
type_in A 'last '
keys A C-q
sees A 'Leave the interview' || bail "A is not asked"
type_in A l
keys A Escape
sees_no_more A 'Leave the interview' || bail "A's keys do not arrive"
kill -CONT "$hub"
is "who leaves a hub that answers again in time leaves" "$(exits A)" 0
try "with everything kept" has_text 'one two three last '
try "and is not told otherwise" shows_not A 'may be missing'
left() { [ "$(cs room show "$ROOM" --json | json '.people[0].state')" = left ]; }
try "and has left" until_ok left
leave A
rejoin A 80x24 "$CODE" || bail "A does not come back"

kill -STOP "$hub"
type_in A 'four '
keys A C-q
sees A 'Leave the interview' || bail "A is not asked"
type_in A l
is "who leaves a hub that does not answer is let go" "$(exits A)" 0
try "and told what may be missing" sees A 'your last [0-9]+ +changes may'
kill -CONT "$hub"
type_in B 'B'
try "the others go on" until_ok tail_has '.type == "edit" and .seat == "I"'
