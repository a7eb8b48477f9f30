#!/bin/bash
# Scenario 24: vi's keys, on a real screen.
. "$(dirname "$0")/lib.sh"
host_start
room_with $'one two\nthree'
enter A 80x24 "$CODE" candidate
enter B 80x24 "$(invite interviewer)" interviewer

ux 24 vim
choose A 'Keys: vim'
mode() { row A 23 | grep -q "^ *$1"; }
try "the key row says NORMAL" until_ok mode NORMAL
type_in A dd
try "dd removes a line" until_ok has_text three
type_in A p
try "p puts it below" until_ok has_text $'three\none two'
type_in A u
try "u takes that back" until_ok has_text three
type_in A ciw
try "ciw goes into insert mode" sees_no_more A NORMAL
type_in A total
keys A Escape
try "what is typed replaces the word" until_ok has_text total
try "and Esc is NORMAL again" until_ok mode NORMAL
type_in A ':w'
keys A Enter
try ":w says that it is saved" sees A 'Saved automatically'
try "B has the same" sees B '1 total$'
type_in A ':q'
keys A Enter
try ":q asks" sees A 'Leave the interview\?'
keys A Escape
sees_no_more A 'Leave the interview'
choose A 'Keys: standard'
try "and back to plain keys" sees_no_more A NORMAL
type_in A x
try "which are typed" sees B x
