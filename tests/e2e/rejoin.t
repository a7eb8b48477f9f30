#!/bin/bash
# Leaving, losing the connection, coming back: the seat and the text stay.
# Scenario 19.
. "$(dirname "$0")/lib.sh"
host_start
room_with $'one\ntwo\nthree\nfour\nfive\n'
other=$(invite interviewer)
enter A 80x24 "$CODE" Ada
enter B 120x40 "$other" Bob
sees A 'I.Bob' || bail "they do not see each other"
# seats: who has a seat, and where they are
seats() { cs room show "$ROOM" --json | jq -c '[.people[] | [.seat, .name, .state]] | sort'; }
type_in A '# '
sees B '1 # one'

# --- on purpose ---

keys A C-q
try "^Q asks" sees A 'Leave the interview\?'
try "and says how to come back" shows A "ssh .*$ROOM@"
keys A Enter
try "Enter stays" sees_no_more A 'Leave the interview'
keys A C-q
sees A 'Leave the interview'
keys A l
is "L leaves: ssh ends with status 0" "$(exits A)" 0
try "where to come back stands on the normal screen" sees A "^You left room $ROOM\. Rejoin: ssh (-p $PORT )?$ROOM@"
is "which is the one from before" "$(mux display-message -p -t A '#{alternate_on}')" 0
try "the other is told" sees B '\- Ada left'
sees_no_more B 'C.Ada'
leave A

rejoin A 80x24 "$CODE"
try "the same code leads back" in_room A
try "with no join box on the way" shows_not A '[Nn]ame'
try "the text is there" sees A '1 # one'
try "the other sees the chip again" sees B 'C.Ada'
is "it is the same seat" "$(seats)" '[["C","Ada","here"],["I","Bob","here"]]'
keys A C-Home
type_in A '#'
try "and writes" sees B '^[C2] +1 ## one'

# --- by accident ---

ux 19 "Connection lost"
keys A Home Down Down Down
sees A 'Ln 4, Col 1'
sees B '^C +4 four'
type_in A 'last words '
sees B '4 last words four'
kill -KILL "$(ssh_pid A)"
try "a killed ssh: the chip gets a mark" sees B 'C!Ada'
try "and the other is told" sees B '! Ada lost connection'
try "what was typed before is kept" shows B '4 last words four'
is "the seat is away" "$(seats)" '[["C","Ada","away"],["I","Bob","here"]]'
leave A
rejoin A 80x24 "$CODE"
try "Welcome back" sees A 'Welcome back'
try "the text is whole" shows A '4 last words four'
try "on the line where one was" sees A 'Ln 4, Col'
try "B is told" sees B '\+ Ada '
try "the chip has no mark" sees B 'C[ *]Ada'
keys A C-z C-z
try "^Z takes back what was typed before the connection was lost" sees B '^C +4 four'
keys A C-y C-y
try "and ^Y brings it again" sees B '4 last words four'

ux
# --- who a code is for ---

rejoin A2 100x30 "$CODE"
try "a code that is in use leads to the same seat" in_room A2
is "the first window ends with status 0" "$(exits A)" 0
try "and says that the seat goes on elsewhere" sees A 'opened elsewhere'
is "there is still one candidate" "$(seats)" '[["C","Ada","here"],["I","Bob","here"]]'
type_in A2 'again '
try "who writes there" sees B '4 .*again '
dora=$(invite candidate)
enter D 80x24 "$dora" Dora
try "another code gives another seat and letter" sees B 'D.Dora'
is "both candidates have seats" "$(seats)" '[["C","Ada","here"],["D","Dora","here"],["I","Bob","here"]]'
knock E 80x24
sees E 'Invite code:'
type_in E "$(invite observer | tr '[:alnum:]' 1)"
keys E Enter
try "a code that was never given leads nowhere" sees E 'Invite code \(2 tries left\):'
leave E

# --- where the last run failed ---

keys D C-r
sees D 'run 1: FAILED exit 1' || bail "the program does not fail"
try "the line that failed is marked" sees D '4!last words'
kill -KILL "$(ssh_pid D)"
sees A2 'D!Dora'
leave D
keys A2 C-Home Enter
sees B '5!last words'
rejoin D 80x24 "$dora"
try "and is for who comes back" sees D '5!last words'

# --- the end ---

was=$(text | md5sum)
cs room end "$ROOM" --json >/dev/null || say "room end failed"
try "the end: the candidate is told" sees A2 'Interview ended by .+ - read-only'
type_in A2 'zzz'
keys A2 Enter
keys A2 C-r
sees D 'Thank you'
keys D Escape
sees_no_more D 'Thank you'
type_in D 'zzz'
keys D BSpace
try "a key that does nothing is answered" sees D 'ended - read-only'
is "candidates write no more" "$(text | md5sum)" "$was"
try "nor run anything" eval '! tail_has ".type == \"run_start\" and .run > 1"'
leave A
knock A 80x24
sees A 'Invite code:'
type_in A "$CODE"
keys A Enter
try "after the end the code is no way in, but to a copy" sees A "Room $ROOM has ended\."
