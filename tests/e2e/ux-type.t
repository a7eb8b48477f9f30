#!/bin/bash
# Scenarios 5 to 7, 14 and 15: typing, both ways and in the same line, and
# whatever else keys do to a text; what is typed is what is kept.
. "$(dirname "$0")/lib.sh"
host_start
room_with ''
enter A 118x40 "$CODE" candidate
enter B 130x40 "$(invite interviewer)" interviewer

ux 05 "Live typing"
type_in A abc
try "what A types is in B's first line, with A's letter in the gutter" sees B '^[C2] +1 abc *[│├]'
typing() { shows B ' C\*candidate  I interviewer' || { type_in A d; false; }; }
try "A's chip says who types" until_ok typing
try "and then that nobody does" sees B ' C candidate  I interviewer'
keys A Enter
try "A's letter goes where A is" sees B '^C +2  *│'

ux 07 "Undo is mine"
cs room put "$ROOM" main.py </dev/null >/dev/null || bail "room put failed"
sees_no_more A abc
type_in A 'def f(n):'
keys A Enter
type_in A 'return n'
try "Enter indents after a colon" sees B '2     return n'
try "what A typed is the file" until_ok has_text $'def f(n):\n    return n'
keys A Enter
type_in A 'print(f("äöü€𝄞"))'
try "Enter goes back out after a return, and letters of two to four bytes arrive" sees B '3 print\(f\("äöü€'
keys B C-End
keys B Enter
type_in B '# Bob'
try "B types a line after it" sees A '4 # Bob'
keys A C-z
try "^Z takes back A's own typing" eval "sees_no_more A 'äöü' && sees_no_more B 'äöü'"
try "and not B's" eval "shows A '# Bob' && shows B '# Bob'"
keys A C-y
try "^Y brings it back" eval "sees A 'äöü€' && sees B 'äöü€'"

ux 06 "Simultaneous line"
cs room put "$ROOM" main.py </dev/null >/dev/null || bail "room put failed"
try "an empty file is empty on both screens" eval "sees_no_more A def && sees_no_more B def"
type_in A '|'
sees B '1 \|'
keys A End
keys B Home
for i in 1 2 3 4 5 6 7 8 9 10; do
	type_in A 'aaaaa'
	type_in B 'bbbbb'
done
whole() { [ "$(text | tr -cd ab | wc -c)" -eq 100 ]; }
try "two in one line: all 100 letters are kept" until_ok whole
wanted="$(printf 'b%.0s' {1..50})|$(printf 'a%.0s' {1..50})"
is "each one's letters stand where that one typed" "$(text)" "$wanted"
try "A's screen shows them" sees A "1 ${wanted/|/\\|}"
try "B's screen shows what fits" sees B '1 b{50}\|a{30}'
is "A's caret stands after A's last letter" "$(caret A)" 107,1
is "B's caret stands after B's last letter" "$(caret B)" 56,1
is "the fold of the log is the file" "$(folded | md5sum)" "$(text | md5sum)"

ux 15 Paste
lines=$(for i in {1..40}; do printf '%*sline %d\n' $((i % 5 * 4)) '' "$i"; done)
keys A C-End
paste A $'\n'"$lines"
pasted() { [ "$(text)" = "$wanted"$'\n'"$lines" ]; }
try "40 lines keep their indents" until_ok pasted
try "it is one edit, marked as a paste" tail_has '.type == "edit" and .paste and (.hunks | length == 1) and (.hunks[0].ins | length > 400)'
keys A C-z
try "one ^Z takes it back" until_ok has_text "$wanted"

ux
keys A C-Home
keys A Delete Delete
try "Delete" until_ok has_text "${wanted:2}"
keys A End BSpace
try "Backspace at the end" until_ok has_text "${wanted:2:98}"

ux 14 "Panic keys"
keys A C-s
try "^S says that it is saved" sees A 'Saved automatically'
keys A C-q
try "^Q asks" sees A 'Leave the interview\?'
keys A Escape
try "and Esc stays" sees_no_more A 'Leave the interview\?'
before=$(text)
duplicated() { [ "$(text)" = "$before"$'\n'"${before##*$'\n'}" ]; }
keys A C-d
try "^D is no end: it doubles the line" until_ok duplicated
keys A C-\\
try "^\\ neither: it replaces" sees A '^ Find: .* With: '
keys A C-z
try "^Z takes the line back, also from there" until_ok has_text "$before"
try "and the bar is gone" sees_no_more A ' With: '
shorter() {
	local now
	now=$(text)
	[ -n "$now" ] && [ "$now" != "$before" ] && [[ $before == "$now"* ]]
}
keys A End C-w
try "^W closes nothing: it deletes a word" until_ok shorter
keys A C-b
try "^B says that it does nothing" sees A '\^B does nothing here - \^P opens the menu'
keys A Escape Escape
try "Esc Esc opens the menu" sees A 'Menu - type to filter'
keys A F10
try "F10 closes it" sees_no_more A 'Menu - type to filter'
keys A F10
try "and opens it" sees A 'Menu - type to filter'
keys A Escape
try "Esc closes it, too" sees_no_more A 'Menu - type to filter'
keys A C-z
try "^Z brings back the word" until_ok has_text "$before"

# all of it as fast as it can be: what follows Esc at once is with Alt
keys A C-d C-\\ C-z End C-w C-b Escape Escape F10
try "in one go it deletes the same word" until_ok shorter
in_code() { { screen_is_editor A && shows_not A 'Menu - type|Find:'; } || { keys A Escape; false; }; }
try "Esc leads out of whatever that has opened" until_ok in_code
keys A C-z
try "^Z brings back what was there" until_ok has_text "$before"
is "A has not left" "$(ended A)" ''
keys A Home
type_in A '# alive'
try "and types on" sees B '# alive'
