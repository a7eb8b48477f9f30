#!/bin/bash
# A window gets smaller and larger: the layout fits, the caret is seen, and
# neither the text nor anybody else's screen is harmed. Scenario 20.
. "$(dirname "$0")/lib.sh"
host_start
lines=$(for i in {1..30}; do printf 'line%02d = %d\n' "$i" "$i"; done)
room_with "$lines"$'\n'
before=$(text | md5sum)
enter A 80x24 "$CODE" Ada
enter B 120x40 "$(invite interviewer)" Bob
# The caret of A on line 20: in the middle of the text, below the first page.
for i in {1..19}; do keys A Down; done
keys A End
try "the caret's line is seen" sees A '^C? +20 line20 = 20'
sees B '^C +20 line20'
keys B C-Home

# What does not depend on the clock and on what was just said.
still() { screen "$1" | sed -e '1s/[0-9]*:[0-9]* *$//' -e '1s/[*z]\(Ada\|Bob\)/ \1/' -e 's/◂ Ada/     /' -e 39d; }
# size COLS ROWS: of A's window
size() {
	mux resize-window -t A -x "$1" -y "$2"
	wide=$1 high=$2
}
# fits TITLE_ROW_TEXT: a title that starts so, and the key row in the last row
fits() {
	local s
	s=$(screen A)
	[ "$(wc -l <<<"$s")" -eq "$high" ] && grep -q "^$1" <<<"$(head -n 1 <<<"$s")" &&
    grep -q '^ \?^R\(/F5\)\? Run' <<<"$(tail -n 1 <<<"$s")"
}
# rule_in ROW: the line between text and output
rule_in() { row A "$1" | grep -q '^─.*─$'; }
caret_on() {
	local y
	y=$(caret A)
	row A "${y#*,}" | grep -Eq "$1"
}
untouched() { [ "$(still B)" = "$others" ]; }
sees B 'C.Ada'
sees_no_more B 'joined'
others=$(still B)

ux 20 Resize
size 80 24
try "80x24: title and keys" until_ok fits " CodeSync $ROOM  main.py"
try "80x24: the rule is row 16" rule_in 16
try "80x24: line and column of the caret" shows A 'Ln 20, Col 12'

size 40 12
try "40x12: short title, the keys that fit" until_ok fits " $ROOM main.py"
try "40x12: the rule is row 9" until_ok rule_in 9
try "40x12: whole words in the key row" eval "row A 11 | grep -Eq '\^R Run( +\^. [A-Z][a-z]+)* +20:12'"
try "40x12: a gutter of four columns" sees A '^C?20 line20 = 20'
try "40x12: the caret stands on its line" caret_on 'line20'
is "40x12: and in its column" "$(caret A | cut -d, -f1)" $((4 + 11))
try "40x12: the other's screen is as it was" untouched
keys A C-o
try "40x12: ^O shows the output" sees_no_more A 'line20'
keys A C-o
sees A 'line20'

size 120 40
try "120x40: title and keys" until_ok fits " CodeSync $ROOM  main.py"
try "120x40: a bar beside 85 columns of code" eval "row A 1 | grep -Eq '^.{85}[│├]'"
try "120x40: the code goes on to row 37" sees A '30 line30 = 30'
try "120x40: the caret stands on its line" caret_on 'line20'
try "120x40: the other's screen is as it was" untouched

size 10 3
small() { [[ "$(screen A | tr -d '\n')" == 'Terminal too small'* ]]; }
try "10x3: Terminal too small" until_ok small
try "10x3: the other's screen is as it was" untouched

size 80 24
try "80x24 again: title and keys" until_ok fits " CodeSync $ROOM  main.py"
try "80x24 again: the rule is row 16" rule_in 16
try "80x24 again: the caret stands on its line" caret_on 'line20'
try "80x24 again: the other's screen is as it was" untouched
is "the text is as it was" "$(text | md5sum)" "$before"
type_in A '#'
try "and A goes on typing there" sees B '20 line20 = 20#'

ux
# An endless row of changes, with output and typing on the way.
for i in {1..20}; do
	size $((20 + i * 7 % 90)) $((5 + i * 5 % 40))
	type_in A "$((i % 10))"
done
size 80 24
try "twenty sizes at once: the layout is right in the end" until_ok fits " CodeSync $ROOM  main.py"
try "and every key has arrived" sees A '20 line20 = 20#12345678901234567890'
try "on the other's screen too" sees B '20 line20 = 20#12345678901234567890'

# Long lines: the text goes sideways with the caret, and comes back.
keys A C-Home
type_in A "$(printf '%.0s=' {1..100})"
try "the end of a long line is seen" sees A '^. +1<=+line0'
printf 'short\n' | cs room put "$ROOM" main.py >/dev/null
try "a short text is seen from its start" sees A '1 short'
