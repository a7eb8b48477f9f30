#!/bin/bash
# Any terminal: known here, unknown but like xterm, or none at all; scenario 22.
. "$(dirname "$0")/lib.sh"
host_start
room_with 'alpha beta gamma
'
ux 22 "Odd TERM"
for term in linux vt100 screen-256color xterm-ghostty wezterm; do
	code=$(invite interviewer)
	terminal "$term" 80x24 env "TERM=$term" "${SSH[@]}" -p "$PORT" "$ROOM@127.0.0.1"
	sees "$term" 'Invite code:'
	type_in "$term" "$code"
	keys "$term" Enter
	sees "$term" 'Your name'
	type_in "$term" "$term"
	keys "$term" Enter
	sees "$term" 'Please tick'
	keys "$term" Space Enter
	try "TERM=$term: the editor appears" in_room "$term"
	keys "$term" -H 1b 5b 31 3b 35 43
	try "TERM=$term: Ctrl-Right is a word" sees "$term" 'Ln 1, Col 6'
	keys "$term" C-e
	sees "$term" 'Ln 1, Col 17'
	keys "$term" -H 1b 5b 31 3b 35 44
	try "TERM=$term: and Ctrl-Left" sees "$term" 'Ln 1, Col 12'
	leave "$term"
done
ux
terminal dumb 80x24 env TERM=dumb "${SSH[@]}" -p "$PORT" "$ROOM@127.0.0.1"
sees dumb 'Invite code:'
type_in dumb "$CODE"
keys dumb Enter
is "TERM=dumb ends with status 2" "$(exits dumb)" 2
try "and advice" shows dumb 'set TERM'
