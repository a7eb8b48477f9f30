#!/bin/bash
# The waiting room on real screens: what is there, and what of the room is not.
# Scenario 4.
. "$(dirname "$0")/lib.sh"
host_start
printf 'CANARY = "task"\nprint(6 * 7)\n' >"$TMP/start"
made=$(cs room create --json --title 'Backend screen' --file "main.py=$TMP/start")
ROOM=$(json .id <<<"$made") CODE=$(json '.invites[0].code' <<<"$made")
other=$(invite interviewer)

ux 04 "Waiting room"
arrive A 80x24 "$CODE" Cleo
try "A waits" sees A 'Waiting for the interviewer'
try "nobody is there yet" sees A 'Nobody is in the room yet'
try "the time passes" sees A 'interviewer  00:0[1-9]'
# what A's terminal gets from now on, every byte of it
mux pipe-pane -t A "cat >$TMP/bytes"
type_in A '  # mine'
try "the pad can be edited" sees A '1 print\("hello"\)  # mine'
keys A C-z
try "and taken back" sees_no_more A '# mine'
type_in A '# practice'
keys A C-r
try "practice ^R prints hello" sees A '^ *│ hello '
try "and how it ended" sees A '── OK exit 0 in '

enter B 80x24 "$other" Bob
try "B sees who waits, and for how long" sees B 'Cleo waiting 0:[0-9]+ - F9 admits'
try "B's text is the room's" sees B 'CANARY = "task"'
try "A sees who is in the room" sees A 'In the room: Bob'
keys A C-t
type_in A 'I am here'
keys A Enter
try "a message comes to B" sees B '(chat|staff)  Cleo: I am here'
try "and stands in A's box" sees A 'Cleo  I am here'
keys A Escape
try "Esc goes back to the pad" sees A '\^T Message'
mux pipe-pane -t B "cat >$TMP/others"
keys A C-End Enter
type_in A 'print("secret", input("secret? "))'
keys A C-r
try "a program waits for a line" sees A 'stdin>'
type_in A 'secretive'
keys A Enter
try "and gets it" sees A 'secret secretive'
sees A '── OK exit 0 in ' || bail "it does not end"
keys A C-r
try "the next one is stopped by who waits" sees A '── WAITING FOR INPUT'
keys A C-c
try "with its rule saying so" sees A '── STOPPED ─'
keys A C-r
try "and the one that runs when A is let in" sees A '── WAITING FOR INPUT'
is "B saw nothing of it" "$(grep -c 'secret\|hello' "$TMP/others")" 0
mux pipe-pane -t B
cs room note "$ROOM" 'CANARY note' >/dev/null
keys B F8
try "the note is on B's screen" sees B 'CANARY note'
keys B Escape
try "Esc goes back to the code" sees B '\^R Run'
is "nothing of the room was sent to A" "$(grep -c CANARY "$TMP/bytes")" 0

keys B F9
try "F9 lets A in" in_room A
try "the room is there" sees A 'CANARY = "task"'
try "the practice text is gone" shows_not A practice
try "and what it printed" shows_not A 'secret|hello'
for command in tail export 'report --json'; do
	cs room $command "$ROOM"
done >"$TMP/kept"
is "nor is anything of it in the log, the export, the report" "$(grep -ac 'secret\|hello' "$TMP/kept")" 0
try "where the room is" grep -aq 'CANARY note' "$TMP/kept"
is "no run is counted" "$(cs room report --json "$ROOM" | jq '.runs | length')" 0
try "nor is it in the room" has_text 'CANARY = "task"
print(6 * 7)'
try "B is told" sees B '\+ Cleo joined'
type_in A '# '
try "A writes in the room" sees B '^[C2] +1 # CANARY'

ux
mux pipe-pane -t A
mux pipe-pane -t B "cat >$TMP/staff"
choose B 'Send Cleo back'
try "it is asked for once more" sees B 'Send Cleo back\?'
is "A is still inside" "$(cs room tail "$ROOM" | jq -r 'select(.type == "back")' | wc -l)" 0
keys B s
try "B sees that A waits" sees B 'Cleo waiting 0:0[0-9]'
bells() { tr -dc '\a' <"$TMP/staff" | wc -c; }
is "B's bell rings once" "$(bells)" 1
try "A is outside again" sees A 'The interviewer has sent you back'
try "nothing of the room stays on the screen" shows_not A CANARY
mux pipe-pane -t A "cat >$TMP/bytes"
type_in B 'CANARY2 = 1'
keys B Enter
try "B goes on" sees B 'CANARY2 = 1'
type_in A 'x = 1'
try "A practises again" sees A 'x = 1'
is "and gets nothing of it" "$(grep -c CANARY "$TMP/bytes")" 0
choose B 'Admit Cleo'
try "the menu lets A in again" in_room A
try "with all that was written" sees A 'CANARY2 = 1'
is "the log says so" "$(cs room tail "$ROOM" | jq -r 'select(.type == "admit" or .type == "back") | .type' | xargs)" \
    'admit back admit'

choose B 'Send Cleo back'
sees B 'Send Cleo back\?'
keys B s
sees A 'Waiting for the interviewer' || bail "A does not wait"
keys A C-Home
type_in A 'input() or '
keys A C-r
sees A '── WAITING FOR INPUT' || bail "A's program does not run"
murder hub
try "what ran in it is lost with a hub" sees A '── RUNNER LOST ─'
try "the lobby survives it" sees B 'Cleo waiting .* F9 admits'
sees_no_more A 'reconnecting'
keys A C-r
try "and runs in the next one" sees A '── WAITING FOR INPUT'
choose A Leave
keys A l
is "who waits can leave" "$(exits A)" 0
try "it says how to come back" sees A "ssh .*$ROOM"
leave A
knock A 40x12
sees A 'Invite code:' && type_in A "$CODE" && keys A Enter
try "and comes back to wait, on a small screen, too" sees A 'Waiting for the interviewer'
keys B F9
try "and is let in" sees A 'CANARY'
leave A
leave B
