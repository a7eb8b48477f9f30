#!/bin/bash
# The mouse in real terminals, by what they send for it; and that it is the
# terminal's own again however the editor ends.
. "$(dirname "$0")/lib.sh"
host_start
seq 200 | sed 's/^/line /' >"$TMP/main"
room --file "main.py=$TMP/main"
staff=$(invite interviewer)
enter A 80x24 "$CODE" Cleo
enter B 80x24 "$staff" Ivy
sees B FOLLOWING
keys B Escape
sees_no_more B FOLLOWING

mouse_of() { mux display-message -p -t "$1" '#{mouse_button_flag}#{mouse_sgr_flag}'; }
mouse_is() { [ "$(mouse_of "$1")" = "$2" ]; }
caret_is() { [ "$(caret "$1")" = "$2" ]; }

try "the mouse is asked for" until_ok mouse_is A 11
click A 10 5
try "a click is the caret's place" until_ok caret_is A 10,5
type_in A '_'
try "where is typed" sees A '  5 line_ 5$'
for _ in 1 2 3; do sgr A 65 20 5; done
try "the wheel scrolls three lines" sees A ' 10 line 10$'
try "and leaves the caret" sees A 'Ln 5,'
keys A Right
try "a key comes back to it" sees A '  5 line_ 5$'
mux send-keys -t A -H 1b 5b 4d 20 2b 23
try "an old terminal's click is one, too" until_ok caret_is A 10,2
keys A C-Home
sees A '  1 line 1$'
sgr A 0 6 3
sgr A 32 10 3
sgr A 0 10 3 m
type_in A 'drag'
try "a drag selects what is typed over" sees A '  3 drag 3$'
click A 7 4
click A 7 4
type_in A 'word'
try "two clicks are a word" sees A '  4 word 4$'
for _ in 1 2 3; do click A 7 6; done
keys A Delete
try "three are a line" sees A '  6 line 7$'
keys A C-End
sees A 'line 200$'
try "B sees where A is" sees B 'C↓20[01]'
click_on B 'C↓'
try "a click on that goes there" sees B 'line 200$'
keys B S-F7
try "and Shift-F7 back" sees B '  1 line 1$'
# a point lasts five seconds, which a slow machine may need
points() { sgr A 8 10 10 && shows B 'Cleo points at line 19[0-9] - F7 jumps'; }
try "a click with Alt shows the others a line" until_ok points
try "and moves nobody" shows B '  1 line 1$'
keys B F7
try "F7 goes there" sees B 'line 19[0-9]'
keys B S-F7
sees B '  1 line 1$'
choose B 'Copy screen'
try "the screen is plain text for the terminal's mouse" sees B '^line 1$'
try "which is its own" until_ok mouse_is B 00
keys B x
try "until a key, which writes nothing" sees B '  1 line 1$'
try "and then ours" until_ok mouse_is B 11
click_on B 'Cleo'
try "a click on a name follows" sees B 'FOLLOWING Cleo'
sgr B 64 20 5
try "the wheel pauses that" sees B 'FOLLOW PAUSED'
click_on B ' Chat '
try "a click on a tab opens it" sees B 'chat>|\[Chat\]'
type_in B 'from a click'
keys B Enter
try "and its line has the keys" sees A 'from a click'
click_on B 'Back to code'
try "a click on a key's label presses it" sees B 'F8 Notes'
click_on B 'Menu+Help'
sees B 'Menu - type to filter'
type_in B 'mouse off'
sees B '> Mouse off'
click_on B 'Mouse off'
try "an entry of the menu is clicked on" sees_no_more B 'Menu - type'
try "and the mouse is the terminal's" until_ok mouse_is B 00
choose B 'Mouse on'
try "until it is wanted again" until_ok mouse_is B 11
keys A C-q
sees A 'Leave the interview'
keys A l
is "A leaves" "$(exits A)" 0
try "the terminal has its mouse" until_ok mouse_is A 00
kill -KILL "$(child edit)"
try "a crash is told" sees B 'stopped unexpectedly'
try "and the terminal has its mouse" until_ok mouse_is B 00
leave A
leave B
