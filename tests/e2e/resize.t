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
still() {
	screen "$1" | sed -e '1s/[0-9]*:[0-9]* *$//' -e '1s/ \+[0-9]* ms / /' -e '1s/   */  /g' -e '1s/[*z]\(Ada\|Bob\)/ \1/' \
	    -e 's/◂ Ada/     /' -e 's/ *$//' -e 39d
}
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
# between FIRST LAST: these rows of A's screen
between() { screen A | sed -n "$(($1 + 1)),$(($2 + 1))p"; }
# only_in FIRST LAST REGEX: all of these rows are so, and no other is
only_in() {
	local n=$(($2 - $1 + 1))
	[ "$(between "$1" "$2" | grep -Ec "$3")" -eq $n ] && [ "$(screen A | grep -Ec "$3")" -eq $n ]
}
# rule_in ROW: the line between text and panes, and the only one
rule_in() { only_in "$1" "$1" '^─' && row A "$1" | grep -q '─$'; }
# numbered FIRST LAST: these rows are lines of text, one after the other, and no
# other row is
numbered() {
	local n
	n=$(between "$1" "$2" | sed -nE 's/^[A-Z ] *([0-9]+)( .*)?$/\1/p')
	only_in "$1" "$2" '^[A-Z ] *[0-9]+( |$)' && [ "$n" = "$(seq "${n%%$'\n'*}" "${n##*$'\n'}")" ]
}
# bar COL FIRST LAST: the upright line there is in these rows
bar() { only_in "$2" "$3" "^.{$1}[│├]"; }
# pane COL ROW TITLE: one begins there
pane() { row A "$2" | grep -Eq "^.{$1}├$3─"; }
# What C has of each class: where the text is, what is around it, and the last rows.
tiny() { fits " $ROOM main.py" && numbered 1 8 && rule_in 9; }
stacked() { fits " CodeSync $ROOM  main.py" && numbered 1 15 && rule_in 16 && row A 16 | grep -q '^─\[Output\]─ Chat ─'; }
side() { fits " CodeSync $ROOM  main.py" && numbered 1 31 && bar 85 1 37 && pane 85 1 '\[Output\]' && pane 85 23 '\[Chat\]'; }
wide() {
	fits " CodeSync $ROOM  main.py" && numbered 1 31 && bar 106 1 57 && bar 159 1 57 &&
    pane 106 1 '\[Output\]' && pane 159 1 '\[People\]' && pane 159 9 '\[Chat\]'
}
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
try "80x24: title, rows 1 to 15 of text, rule in row 16, panes, keys" until_ok stacked
try "80x24: line and column of the caret" shows A 'Ln 20, Col 12'

size 40 12
try "40x12: short title, rows 1 to 8 of text, rule in row 9, the keys that fit" until_ok tiny
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
try "120x40: title, text, a bar in column 85 of rows 1 to 37, chat from row 23 on, keys" until_ok side
try "120x40: the caret stands on its line" caret_on 'line20'
try "120x40: the other's screen is as it was" untouched

size 200 60
try "200x60: title, text, bars in columns 106 and 159, people, chat from row 9 on, keys" until_ok wide
try "200x60: the caret stands on its line" caret_on 'line20'
try "200x60: the other's screen is as it was" untouched

size 10 3
small() { [[ "$(screen A | tr -d '\n')" == 'Terminal too small'* ]]; }
try "10x3: Terminal too small" until_ok small
try "10x3: the other's screen is as it was" untouched

size 80 24
try "80x24 again: the layout is that again" until_ok stacked
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
try "twenty sizes at once: the layout is right in the end" until_ok stacked
try "and every key has arrived" sees A '20 line20 = 20#12345678901234567890'
try "on the other's screen too" sees B '20 line20 = 20#12345678901234567890'

# Long lines: the text goes sideways with the caret, and comes back.
keys A C-Home
type_in A "$(printf '%.0s=' {1..100})"
try "the end of a long line is seen" sees A '^. +1<=+line0'
printf 'short\n' | cs room put "$ROOM" main.py >/dev/null
try "a short text is seen from its start" sees A '1 short'
