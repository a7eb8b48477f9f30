#!/bin/bash
# Two people come in by an invite code and see each other.
. "$(dirname "$0")/lib.sh"
host_start
room_with 'print("hello")
'
other=$(invite interviewer)

knock A 80x24
sees A 'Invite code:' || bail "A is not asked for the code"
type_in A "${CODE//-/}"
keys A Enter
try "the code may be typed without dashes" sees A 'Your name'
type_in A 'Ada Lovelace'
keys A Enter Space Enter
in_room A || bail "A does not come in"
try "the first row names the room and the file" sees A "^ CodeSync $ROOM +main\.py"
try "recording is shown" sees A 'REC'
try "the text is there, with its line number" sees A '1 print\("hello"\)'
try "the key row says how to run" sees A '\^R Run'

enter B 80x24 "$other" 'Bob'
try "B sees A's chip" sees B 'C.Ada'
try "A sees B's chip" sees A 'I.Bob'
try "the name in the log is the one that was typed" tail_has '.type == "join" and .seat == "C"'
try "two carets on one line are counted in the gutter" sees B '^2 +1 '
keys B Down
type_in A 'x = 1'
try "what A types is on B's screen, with A's letter in the gutter" sees B '^C +1 x = 1print'
type_in B 'y = 2'
try "what B types is on A's screen" sees A '^I +2 y = 2'
is "people in room show" "$(cs room show "$ROOM" --json | jq -c '[.people[] | select(.state == "here") | [.seat, .name, .role]] | sort')" \
    '[["C","Ada Lovelace","candidate"],["I","Bob","interviewer"]]'
is "the room is live" "$(cs room show "$ROOM" --json | json .state)" live

keys B C-q
try "^Q asks" sees B 'Stay'
keys B Enter
in_room B
try "Enter stays" shows_not B 'Stay'

knock D 80x24
sees D 'Invite code:'
third=$(invite observer --name 'Olga O')
type_in D "$third"
keys D Enter
try "an invite's name is filled in" sees D 'Olga O'
keys D Escape
is "Esc in the join box ends ssh with status 0" "$(exits D)" 0
