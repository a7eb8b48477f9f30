#!/bin/bash
# Chat, staff chat and notes on real screens, and who never sees them; scenario 18.
. "$(dirname "$0")/lib.sh"
host_start
room_with 'x = 1
'
staff=$(invite interviewer) other=$(invite interviewer)
enter A 80x24 "$CODE" Cleo
mux pipe-pane -t A "cat >$TMP/bytes"
enter B 120x40 "$staff" Ivy
enter C 200x60 "$other" Jo

ux 18 "Chat and notes"
keys B C-t
type_in B 'looks right - why?'
keys B Enter
try "a line comes to A's event line" sees A 'chat  Ivy: looks right - why\?'
try "and is counted in the tab" sees A 'Chat\(1\)'
try "C has it in its pane" sees C '[0-9]{2}:[0-9]{2} Ivy  looks right - why\?'
keys A C-t
try "^T shows the chat" sees A '^─ Output ─\[Chat\]'
try "with the time" sees A '^[0-9]{2}:[0-9]{2} Ivy  looks right - why\?'
try "A is told who reads it" sees A 'Everyone in the room sees the chat; it is recorded'
type_in A 'because é 日本'
keys A Enter
try "A's answer comes to B" sees B 'Cleo  because é 日本'
try "the line is empty again" sees A '^> *$'
keys A Escape
try "Esc goes back to the code" sees A '\^R Run'
type_in A '# '
try "and keys go there" sees A '^[C2-9] +1 # x = 1'
try "nothing of the chat is in the text" until_ok has_text '# x = 1'

sees A ' C Cleo'
from=$(wc -c <"$TMP/bytes")
keys B Tab
try "Tab turns to the staff" sees B 'staff>'
type_in B 'CANARY staff'
keys B Enter
try "the staff sees it" sees C 'Ivy to staff  CANARY staff'
keys B F8
try "F8 opens the notes" sees B '\[Notes\]'
type_in B 'CANARY note'
keys B Enter
try "a note has the time" sees B '[0-9]{2}:[0-9]{2} CANARY note'
try "the other interviewer sees it" sees C '[0-9]{2}:[0-9]{2} CANARY note'
cs room note "$ROOM" 'CANARY command' >/dev/null
try "so is what comes by command" sees C 'CANARY command'
cs room say "$ROOM" 'five minutes' >/dev/null
try "which can also speak to all" sees A '@local  five minutes'
keys A F8
try "for a candidate there are no notes" sees A 'F8 does nothing here'
try "none of it came to A" shows_not A CANARY
is "nor a mark that somebody types" "$(tail -c +$((from + 1)) "$TMP/bytes" | grep -c '\*')" 0

ux

murder hub
keys A C-t
type_in A 'still here'
keys A Enter
# what was sent at that moment is in the line again
goes_on() {
	screen C | grep -q 'Cleo  still here' && return
	! screen A | grep -q '> still here' || keys A Enter
	false
}
try "the chat goes on after a restart of the hub" until_ok goes_on
is "nothing is there twice" "$(screen C | grep -c 'because é')" 1
leave A
rejoin A 40x12 "$CODE"
keys A C-t
try "who comes back finds what was said, on a small screen, too" sees A '^[0-9]{2}:[0-9]{2} Cleo  still here'
leave A
rejoin A 80x24 "$CODE"
is "of notes and staff chat no byte was ever sent to A" "$(grep -c CANARY "$TMP/bytes")" 0

printf 'a\033]52;c;eHg=\ab' >"$TMP/hostile"
cs room say "$ROOM" "$(cat "$TMP/hostile")" >/dev/null 2>&1
is "control characters are not said" $? 2
