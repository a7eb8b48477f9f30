#!/bin/bash
# Scenarios 17 and 21: who is where, also out of sight and without colours.
. "$(dirname "$0")/lib.sh"
host_start
seq 200 | sed 's/^/line /' >"$TMP/main"
room --file "main.py=$TMP/main"
invite interviewer >/dev/null # I
other=$(invite interviewer)   # J
enter A 80x24 "$CODE" candidate
enter C 80x24 "$other" Jo
keys C Escape
sees_no_more C FOLLOWING

ux 17 Off-screen
keys C C-g
type_in C 4
keys C Enter
try "C is in line 4" sees A '^J +4 line 4$'
keys A C-g
type_in A 45
keys A Enter
try "A looks at line 45" sees A '^C? +45 line 45$'
try "and sees in the rule where C is" eval "row A 16 | grep -q 'J↑4'"
click_on A 'J↑4'
try "a click on that goes there" sees A '^[J2] +4 line 4$'
first() { row A 1 | tr -dc '[:digit:] ' | awk '{ print $1 }'; }
is "the first line is not below it" "$(($(first) <= 4))" 1
leave A

ux 21 "ASCII, no colours"
knock D 80x24 "$ROOM+ascii+mono"
mux pipe-pane -t D "cat >$TMP/bytes"
sees D 'Invite code:' || bail "D is not asked for the code"
type_in D "$CODE"
keys D Enter
in_room D || bail "D does not come in"
keys D C-Home
keys C C-Home Down End
try "the other's letter is in the gutter" sees D '^J +2 line 2'
# marked WHO: a blank behind line 2 is underlined and reverse
marked() { mux capture-pane -p -e -t "$1" | grep -Eq $'line 2(\e\\[[0-9;]*m)*\e\\[(4;7|7;4)m '; }
try "and the caret is underlined and reverse" until_ok marked D
keys C S-Home
type_in C 'é日本'
try "letters that are not ASCII are a mark" sees D '^J +2 \?'
echo 'print("é日本")' | cs room put "$ROOM" main.py >/dev/null
keys D C-r
try "in output, too" sees D '^\?'
sees D 'OK exit 0'
keys D C-p
sees D 'Menu - type to filter'
keys D Escape
sees_no_more D 'Menu - type'
keys D C-t
sees D 'Everyone in the room'
type_in D 'é is not ASCII'
keys D Enter
try "and in the chat" sees D '\? is not ASCII'
keys D Escape
mux resize-window -t D -x 120 -y 40
try "at another size, too" sees D '\|\[?Chat|\+.*Chat'
mux resize-window -t D -x 40 -y 12
sees D '\^R Run'
is "nothing else than ASCII is ever sent" "$(LC_ALL=C grep -c $'[\x80-\xff]' "$TMP/bytes")" 0
is "nor a colour" "$(grep -aEc $'\e\\[([0-9]*;)*(3[0-8]|4[0-8]|9[0-7]|10[0-7])(;[0-9]*)*m' "$TMP/bytes")" 0
