#!/bin/bash
# vim's keys on real screens (scenario 24), that they are remembered, and emacs'.
. "$(dirname "$0")/lib.sh"
host_start
room_with $'one\ntwo\nfoo\n'
knock A 80x24
sees A 'Invite code:' && type_in A "$CODE" && keys A Enter
try "the join box says how to choose" sees A 'Keys: standard - F3 changes'
type_in A Cleo
keys A Enter Space Enter
in_room A || bail "A does not come into the room"

type_in A jjjj
try "who types vim's keys is told of them" sees A 'Vim user\? \^P vim switches keys on'
keys A C-z C-p
type_in A vim
try "the menu finds them" sees A '> Keys: vim'
keys A Enter
try "the mode is first in the keys row" sees A '^ *NORMAL .*F5 Run'

type_in A gg
type_in A ddpu
type_in A ciwtotal
try "inserting is shown" sees A '^ *INSERT'
keys A Escape
try "and over after Esc" sees A '^ *NORMAL'
try "the text is as vim has it" until_ok has_text $'total\nfoo'
type_in A :w
keys A Enter
try ":w says that it is saved" sees A 'Saved automatically'
type_in A 2d
try "what waits is shown" sees A '2d  Ln 1'
keys A Escape
type_in A 'ggoif'
keys A Escape
type_in A 'uu'
try "an insertion is one step of undo" until_ok has_text $'two\nfoo'
keys A C-r
try "^R brings it back and runs nothing" until_ok has_text $'total\nfoo'
type_in A :q
keys A Enter
try ":q asks" sees A 'Leave the interview\?'
keys A Escape
sees_no_more A 'Leave the interview'

host_again
sees_no_more A reconnecting
leave A
rejoin A 80x24 "$CODE" || bail "A does not come back"
try "vim's keys are still on, in another host" sees A '^ *NORMAL'
type_in A ':%s/o/0/g'
keys A Enter
try "replacing says how often" sees A 'Replaced: 3 in 2 lines'
try "and does it" until_ok has_text $'t0tal\nf00'

choose A 'Keys: emacs'
keys A M-\< C-k
try "^K kills to the end of the line" until_ok has_text $'\nf00'
keys A C-e C-y
try "and ^Y yanks it" until_ok has_text $'t0tal\nf00'
keys A C-x
try "a prefix is shown while it waits" sees A '^ *\^X-  .*\^C Leave'
keys A C-c
try "^X ^C asks" sees A 'Leave the interview\?'
keys A Escape
sees_no_more A 'Leave the interview'
keys A M-x
type_in A 'keys: standard'
sees A '> Keys: standard'
keys A Enter
try "the standard keys are back" sees A '^ *\^R Run'
leave A
