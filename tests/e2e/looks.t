#!/bin/bash
# How things look: chosen in the menu, there again the next time, and an option
# that says otherwise for once; and the summary's key that deletes the recording.
. "$(dirname "$0")/lib.sh"
host_start
ssh-keygen -q -t ed25519 -N '' -f "$TMP/ann"
cs user add ann --key "$TMP/ann.pub" >/dev/null
as_ann=("${SSH[@]}" -o IdentitiesOnly=yes -i "$TMP/ann" -p "$PORT")
# colours WHO: which are on the screen: 256, 16 or none.
colours() {
	local s
	s=$(mux capture-pane -e -p -t "$1")
	grep -q $'\e\\[[0-9;]*38;5;' <<<"$s" && echo 256 && return
	grep -Eq $'\e\\[([0-9;]*;)?[349][0-7][;m]' <<<"$s" && echo 16 || echo none
}
has_colours() { [ "$(colours "$1")" = "$2" ]; }
is_ascii() { ! screen "$1" | LC_ALL=C grep -q '[^ -~]'; }

# --- a candidate's, with the seat ---

room_with $'for i in range(3):\n\tprint("x", i)\n'
enter A 80x24 "$CODE" cleo
try "it begins with all the terminal has" until_ok has_colours A 256
choose A 'Colours: 256 / 16 / none'
try "the menu makes them fewer" until_ok has_colours A 16
try "and says so" sees A 'Colours: 16'
choose A 'Colours: 256 / 16 / none'
try "and none" until_ok has_colours A none
choose A 'Borders: UTF-8 / ASCII'
try "borders can be ASCII" until_ok is_ascii A
try "a tab is blank" shows_not A '>  *print'
choose A 'Show blanks'
try "until blanks are shown" sees A '> *print'
leave A
try "the next time" rejoin A 80x24 "$CODE"
try "there are no colours" until_ok has_colours A none
try "the borders are ASCII" until_ok is_ascii A
try "and blanks are shown" sees A '> *print'
choose A 'Colours: 256 / 16 / none'
try "from none it goes to all" until_ok has_colours A 256
leave A

# --- an account's, wherever it is ---

room_of_ann() {
	ROOM=$("${as_ann[@]}" ann@127.0.0.1 room create --no-lobby --json --title "$1" | json .id)
	[ -n "$ROOM" ] || bail "no room for ann"
}
room_of_ann one
terminal B 80x24 "${as_ann[@]}" "ann+$ROOM@127.0.0.1"
in_room B || bail "ann does not come in"
choose B 'Keys: emacs'
sees B 'emacs keys are on' || bail "no emacs keys"
leave B
room_of_ann two
terminal B 80x24 "${as_ann[@]}" "ann+$ROOM+mono@127.0.0.1"
in_room B || bail "ann does not come in again"
try "in another room its keys are the same" sees B 'M-x'
try "an option wins" until_ok has_colours B none
leave B
terminal B 80x24 "${as_ann[@]}" "ann+$ROOM@127.0.0.1"
in_room B || bail "ann does not come in a third time"
try "and is not remembered" until_ok has_colours B 256

# --- the end of a recording ---

keys B F1
sees B 'Menu - type to filter' || bail "F1 opens no menu"
type_in B 'End interview'
keys B Enter
sees B 'End the interview\?' || bail "ann is not asked"
keys B e
try "the summary offers it to the owner" sees B 'D Delete recording'
keys B e
try "E gives the command that exports" sees B "Export +ssh .*ann\+$ROOM@.* room export"
keys B n
try "N shows the notes" sees B 'Back to summary'
keys B Escape
try "and Esc leads back" sees B "Export +ssh .*ann\+$ROOM@"
keys B d
try "D asks" sees B 'Delete the recording\?'
keys B Enter
try "no is the default" sees B 'D Delete recording'
try "and deletes nothing" cs room get "$ROOM" main.py
keys B d
sees B 'Delete the recording\?' || bail "ann is not asked again"
keys B d
is "yes ends the editor" "$(exits B)" 0
# tmux scrolls the first row away to say that it is over
said() { mux capture-pane -p -S - -t "$1" | grep -q "$2"; }
try "which says why" until_ok said B "The recording of room $ROOM is deleted"
is "the room is empty" "$(cs room show "$ROOM" --json | jq -c '[.title, .purged.by]')" '["","@ann"]'
is "and it is in the trail" "$(cs audit --json | jq -r '[.[] | select(.action == "room purge")] | map(.who + " " + .result) | join(",")')" '@ann ok'

# --- terminals that have less ---

room
C=$(invite interviewer)
terminal L 80x24 env TERM=linux "${SSH[@]}" -p "$PORT" "$ROOM@127.0.0.1"
sees L 'Invite code:' || bail "L is not asked for the code"
type_in L "$C"
keys L Enter
sees L '[Nn]ame' || bail "no join box"
type_in L 'lin'
keys L Enter
sees L 'Please tick' || bail "no consent"
keys L Space
keys L Enter
in_room L || bail "L does not come in"
choose L 'Caret: own / block / bar / underline'
try "a caret that cannot be shaped is said" sees L 'This terminal does not let others shape its caret'
choose L 'Colours: 256 / 16 / none'
sees L 'Colours: none' || bail "no colours is not said"
choose L 'Colours: 256 / 16 / none'
try "and so are colours that are not there" sees L 'Colours: the 8 that this terminal has, not 256'
