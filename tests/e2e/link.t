#!/bin/bash
# How far people are: the number is seen beside their names, a slow line begins
# with the panes below the text, and the menu can have it otherwise.
. "$(dirname "$0")/lib.sh"
host_start
room
near=$PORT
coproc LINE { python3 "$LIB/slow.py" "$near" 150; }
line_pid=$LINE_PID
read -r -t "$WAIT_S" far <&"${LINE[0]}" || bail "there is no line"

enter A 200x60 "$(invite interviewer)" Ann
PORT=$far knock B 120x40
PORT=$near
try "a slow line asks for the code" sees B 'Invite code: *$'
type_in B "$(invite candidate)"
keys B Enter
try "then there is the join box" sees B 'Your name'
type_in B Bob
keys B Enter
sees B '\[ \] I agree'
keys B Space
sees B '\[x\] I agree'
keys B Enter
try "who is far sees how far" eval "in_room B && sees B 'Bob +[3-9][0-9][0-9]+ ms '"
try "its panes are below the text" sees B '^─\[Output\]─ Chat'
try "the other sees it, too" sees A '^ CodeSync .*Bob [3-9][0-9][0-9]+ ms'
keys B C-p
sees B 'filter:'
type_in B 'side by'
try "the menu has it otherwise" sees B '> Layout: side by side'
keys B Enter
try "and so it is" sees B '^.{85}├'
type_in B 'abcdefghi'
sees A 'abcdefghi'
type_in A 'j'
try "the staff sees whose it is to nine tenths" sees A 'Bob .* 90 %'
is "and the candidate does not" "$(screen B | grep -c '%')" 0
exec {LINE[1]}>&-
wait "$line_pid" 2>/dev/null
