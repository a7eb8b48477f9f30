#!/bin/bash
# A program that asks: who ran it answers, others may, and everybody sees it.
# Scenarios 9 and 10.
. "$(dirname "$0")/lib.sh"
host_start
room_with 'n = input("n? ")
print("got", n)
'
enter A 80x24 "$CODE" Ada
enter B 120x40 "$(invite interviewer)" Bob
enter C 40x12 "$(invite observer)" Oz

asks() { sees A "run $1: WAITING FOR INPUT" && sees B "WAITING FOR INPUT"; }
typed() { tail_has ".type == \"run_input\" and .run == $1 and .text == \"$2\" and .seat == \"$3\""; }

ux 09 'input()'
code=$(text)
keys A C-r
both "both see that the program waits, and since when" 'WAITING FOR INPUT [0-9][0-9]:[0-9][0-9]'
try "who ran it types below the output" sees A '^stdin>'
try "with keys of its own" sees A 'Enter Send line  \^D End of input  \^C Stop program  Esc Back to code'
try "others see whose line it is" sees B 'stdin \(Ada\)>'
try "and how to take it" sees B 'The program waits for input - \^O types it'
try "who may only read sees that it waits" sees C 'WAITING FOR INPUT'
type_in A 4
keys A Enter
both "the answer stands behind the prompt" 'n[?] 4'
both "the program has it" 'got 4'
both "and ends" 'run 1: OK exit 0'
is "the code is what it was" "$(text)" "$code"
try "the log says who typed it" typed 1 '4\n' C

ux 10 "No focus theft"
keys A C-End
keys A C-r '#' x y z
try "who goes on typing is not interrupted" asks 2
try "but told" sees A 'The program waits for input - \^O types it'
like "what was typed is in the code" "$(text)" '#xyz'
try "not at the program's" shows_not A '^(n[?]|stdin>) *#?xyz'
keys A C-o
try "^O goes to the program" sees A 'Esc Back to code'
type_in A 5
keys A Enter
both "which gets the answer" 'got 5'

ux
program 'for i in range(2):
    print("got", input())'
keys A C-r
try "without a prompt" asks 3
keys B C-o
try "another takes the line" sees A 'stdin \(Bob\)>'
try "and A is told so" sees A 'Bob types now - \^O takes it back'
type_in B six
keys B Enter
both "the line is marked" '> six'
both "and read" 'got six'
try "it waits again" asks 3
keys B C-d
both "^D ends the input" 'EOFError'
both "which the program sees" 'run 3: FAILED exit 1'
both "in a line that is marked" '^. +[0-9]+!'
try "the log has the end" tail_has '.type == "run_input" and .run == 3 and .eof and .seat == "I"'

program 'import sys
print("sum", sum(int(line) for line in sys.stdin))'
keys A C-r
try "a program may read all there is" asks 4
paste A '1
20
300
'
try "a paste is sent as lines" sees A '> 300'
keys A C-d
both "and read to its end" 'sum 321'

program 'input("stop me ")'
keys A C-r
try "a program that waits" asks 5
keys A C-c
both "is stopped by ^C" 'STOPPED by Ada'
program 'print("got", input())'
keys A C-r
try "a program asks" asks 6
keys B C-o
try "somebody else begins to answer" sees A 'stdin \(Bob\)>'
type_in B sev
murder hub
until_ok cs room show "$ROOM" >/dev/null 2>&1
try "when the hub is another, it is still that line" sees B 'stdin> sev'
try "and the program still waits" asks 6
type_in B en
# while the editor is not connected again, Enter leaves the line as it is
answered() {
	screen A | grep -q 'got seven' && return
	! screen B | grep -q 'stdin> seven' || keys B Enter
	false
}
until_ok answered
both "it gets the whole answer" 'got seven'

program 'input("stop me ")'
mux resize-window -t A -x 40 -y 12
keys A C-r
try "on a small terminal the question is seen with the line" sees A '^stdin>'
try "there, too" shows A '^stop me'
try "keys fit" shows A 'Enter Send  \^D End  \^C Stop  Esc Back'
type_in A yes
keys A Enter
try "it has its answer" sees A 'OK [0-9.]+ s'
mux resize-window -t A -x 80 -y 24

# --- by command ---

program 'import sys
print("n is", input())
print(len(sys.stdin.read()))'
printf '42\nrest' >"$TMP/input"
is "--stdin PATH" "$(cs room run "$ROOM" --wait --stdin "$TMP/input" 2>/dev/null | xargs)" "n is 42 4"
is "--stdin -" "$(cs room run "$ROOM" --wait --stdin - <"$TMP/input" 2>/dev/null | xargs)" "n is 42 4"
is "--stdin of 1 MiB" "$( (echo 42; head -c 1048573 /dev/zero | tr '\0' x) | cs room run "$ROOM" --wait --stdin - 2>/dev/null | xargs)" \
    "n is 42 1048573"
refused() {
	cs room run "$ROOM" --stdin "$2" 2>/dev/null
	is "--stdin: $1" $? 2
}
head -c 1048577 /dev/zero >"$TMP/more"
printf '\377' >"$TMP/bytes"
refused "more is refused" "$TMP/more"
refused "what is no text is refused" "$TMP/bytes"
refused "a file that is not there is refused" "$TMP/none"
try "the log has what was given" typed 8 '42\nrest' @local

cs room run "$ROOM" --wait >"$TMP/out" 2>/dev/null &
waiting=$!
both "a run by command may be answered" 'WAITING FOR INPUT'
try "it is nobody's line" sees A '^stdin> *$'
keys B C-o
type_in B 7
keys B Enter
keys B C-d
wait $waiting
is "by anybody in the room" "$(xargs <"$TMP/out")" "n is 7 0"
room_with 'input("who is there? ")'
like "where nobody is, the input ends at once" "$(cs room run "$ROOM" --wait 2>&1)" 'FAILED exit 1'
