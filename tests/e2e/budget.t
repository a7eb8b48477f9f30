#!/bin/bash
# What a key costs on the line: the bytes that a terminal is sent for it, at each
# layout. A clock or a chip that changes meanwhile (some 30 bytes) is counted, too.
. "$(dirname "$0")/lib.sh"
host_start
seq -f 'line %g of the program' 1 60 >"$TMP/start"
room --file "main.py=$TMP/start"

# cost WHO KEY REGEX: press KEY and wait for REGEX; prints the bytes until then.
cost() {
	rm -f "$TMP/bytes" "$TMP/all"
	mux pipe-pane -t "$1" "cat >$TMP/bytes; : >$TMP/all"
	keys "$1" "$2"
	sees "$1" "$3" >&2 || echo 'not seen'
	mux pipe-pane -t "$1"
	until_ok test -e "$TMP/all"
	wc -c <"$TMP/bytes"
}
# at_most NAME GOT MOST
at_most() {
	say "$1: $2 bytes"
	try "$1: at most $3 bytes" [ "$2" -gt 0 ] && [ "$2" -le "$3" ]
}

while read -r size code enter open; do
	who=S$size
	enter "$who" "$size" "$(invite interviewer)" Ivy
	keys "$who" Down End
	sees "$who" 'Ln 2, Col'
	at_most "$size, a letter at the end of a line" "$(cost "$who" Q '^[^ ] +2 line.*Q')" "$code"
	at_most "$size, Enter" "$(cost "$who" Enter 'Ln 3, Col 1')" "$enter"
	at_most "$size, the chat is opened" "$(cost "$who" C-t 'chat$')" "$open"
	at_most "$size, a letter in the chat" "$(cost "$who" J '> J')" "$code"
	leave "$who"
done <<'TABLE'
80x24 120 1024 1024
120x40 120 2400 1024
200x60 120 3800 1024
TABLE
