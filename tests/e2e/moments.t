#!/bin/bash
# The first seven moments of an interview, over real ssh: an account makes a
# room, the invite goes out, the candidate arrives and waits, is let in, types,
# runs, is left alone for a while. What a candidate may not see is looked for in
# all bytes that its terminal got.
. "$(dirname "$0")/lib.sh"
host_start

# --- what must never be seen ---

TASK=canary-task-5d1 CODE_TEXT=canary_code_7e2 TEST=canary-test-9a3
NOTE=canary-note-1f4 STAFF=canary-staff-3b5 UNSEEN=canary_unseen_8c6
# bytes WHO: all that its terminal got
bytes() { cat "$TMP/bytes.$1"; }
never() { ! grep -aqF -- "$2" "$TMP/bytes.$1"; }
# recorded WHO COLSxROWS USER [OPTION...]: like knock, and its bytes are kept
recorded() {
	local who=$1 size=$2 user=$3
	shift 3
	terminal "$who" "$size" script -qfe -O "$TMP/bytes.$who" -c "${SSH[*]} $* -p $PORT $user@127.0.0.1"
}
as() { # as WHO COMMAND...: over ssh, by WHO's key
	local who=$1
	shift
	"${SSH[@]}" -i "$TMP/$who" -o IdentitiesOnly=yes -o BatchMode=yes -p "$PORT" "$who@127.0.0.1" "$@" </dev/null
}

# --- 1. the interviewer creates a room ---

for who in ann bob; do
	ssh-keygen -q -t ed25519 -N '' -f "$TMP/$who"
	cs user add $who --key "$TMP/$who.pub" >/dev/null || bail "no account $who"
done
printf 'def %s():\n    pass\n' $CODE_TEXT >"$TMP/main.py"
printf '%s: sum the numbers\n' $TASK >"$TMP/task.md"
printf '%s\n' $TEST >"$TMP/tests"
cs template add py-screen --language python --title "Python screen" --file "main.py=$TMP/main.py" \
	--file "task.md=$TMP/task.md" --tests "$TMP/tests" >/dev/null || bail "no template"
made=$(as ann room create --template py-screen --minutes 60 --json)
is "an account makes a room from a template" $? 0
ROOM=$(json .id <<<"$made") CODE=$(json '.invites[0].code' <<<"$made")
is "which is its own" "$(json .owner <<<"$made")" ann
is "and has the template's files" "$(json '[.files[].name] | join(" ")' <<<"$made")" "main.py task.md"
like "with what a candidate needs" "$(json '.host, .port, .fingerprint, .known_hosts, .invites[0].command' <<<"$made")" 'SHA256:'
before=$(cs room list --json | json length)
out=$(as ann room create --template nonesuch --json 2>&1)
is "an unknown template is exit 3" $? 3
like "and named" "$out" nonesuch
is "and nothing is made" "$(cs room list --json | json length)" "$before"
one=$(as ann room create --idempotency-key k1 --json | json .id)
two=$(as ann room create --idempotency-key k1 --json | json .id)
is "the same key is the same room" "$one" "$two"
other=$(as bob room create --idempotency-key k1 --json | json .id)
try "but not for another account" [ "$one" != "$other" ]
as bob room show "$ROOM" >/dev/null 2>&1
is "a room is not there for an account that has no part in it" $? 3
as bob room show r-zzzzz >/dev/null 2>&1
is "just as one that does not exist" $? 3

# --- 2. the invite goes out ---

block=$(as ann room create --template py-screen)
try "what is printed has no line over 72 columns" test "$(wc -L <<<"$block")" -le 72
like "it says what to type" "$block" "ssh -p $PORT r-.....@"
like "and how to know the host" "$block" 'SHA256:'
spare=$(as ann room invite "$ROOM" --json | json .code)
as ann room invite "$ROOM" --revoke "$spare" >/dev/null
is "a code can be revoked" $? 0
knock S 80x24
sees S 'Invite code:' || bail "no prompt"
type_in S "$spare"
keys S Enter
try "and is worth nothing then" sees S '2 tries left'
leave S
"${SSH[@]}" -p "$PORT" "$ROOM@127.0.0.1" room show "$ROOM" </dev/null >/dev/null 2>&1
is "without a code there is no command" $? 255

# --- 3. the candidate arrives ---

for i in 1 2 3 4 5 6; do ssh-keygen -q -t ed25519 -N '' -f "$TMP/wrong$i"; done
recorded A 80x24 "$ROOM" "-i $TMP/wrong"{1,2,3,4,5,6}
try "six wrong keys do not keep one out" sees A 'Invite code:'
type_in A BAD0-0000-0000
keys A Enter
try "a wrong code is asked again" sees A '2 tries left'
type_in A "$CODE"
keys A Enter
try "the join box" sees A '[Nn]ame'
type_in A Cleo
keys A Enter
sees A 'Please tick the recording box'
keys A Space
keys A Enter

# --- 4. the lobby ---

try "the candidate waits" sees A 'Waiting for the interviewer'
is "and is in the lobby" "$(as ann room show "$ROOM" --json | json '.people[] | select(.seat == "C") | .state')" lobby
type_in A 'hello()'
try "there is a pad to practise on" sees A 'hello\(\)'
as ann room note "$ROOM" "$NOTE" >/dev/null
is "the staff writes a note meanwhile" $? 0
terminal B 110x40 "${SSH[@]}" -t -i "$TMP/ann" -o IdentitiesOnly=yes -p "$PORT" "ann+$ROOM@127.0.0.1"
try "the interviewer is in the room by key alone" sees B "$CODE_TEXT"
try "and sees who waits" sees B 'Cleo waiting'
try "the candidate sees that somebody is there" sees A '[Aa]nn'
try "but of the room, nothing: no code" never A $CODE_TEXT
try "no task" never A $TASK
try "no tests" never A $TEST
try "no note" never A $NOTE
keys B F9
try "one key lets the candidate in" sees A "$CODE_TEXT"
try "the practice is gone" shows_not A 'hello\(\)'
as ann room back "$ROOM" C >/dev/null
is "and can be sent back" $? 0
try "to wait again" sees A 'Waiting for the interviewer'
try "with nothing of the room on the screen" shows_not A "$CODE_TEXT"
as ann room admit "$ROOM" C >/dev/null
is "and be let in by command" $? 0
in_room A || bail "the candidate is not in the room"

# --- 5. typing together ---

keys A C-Home
keys B C-End
for i in 1 2 3 4 5; do
	type_in A "# aaaaaaaaaaaaaaa"
	type_in B "# bbbbbbbbbbbbbbb"
	keys A Enter
	keys B Enter
done
try "two type at once and see the same" until_ok same_code A B 8
try "which is what the log says" until_ok eval '[ "$(folded)" = "$(text)" ]'
type_in A 'mine'
try "the other sees it" sees B 'mine'
keys A C-z
try "undo takes back one's own" sees_no_more B 'mine'
like "and nothing of the other's" "$(text)" '# bbbbbbbbbbbbbbb'

# --- 6. running code ---

printf 'print("one")\nn = input("n? ")\nprint("got", n)\n' |
    "${SSH[@]}" -i "$TMP/ann" -o IdentitiesOnly=yes -o BatchMode=yes -p "$PORT" ann@127.0.0.1 room put "$ROOM" main.py >/dev/null
is "a file can be sent by ssh" $? 0
both "both have it" 'got'
keys A C-r
both "both see the program wait" 'WAITING FOR INPUT'
type_in A 42
keys A Enter
both "and what came of it" 'got 42'
both "and how it ended" 'OK'

# --- 7. thinking alone, and private talk ---

as ann room note "$ROOM" "'$NOTE again'" >/dev/null
is "a note can be written by command" $? 0
keys B F8
type_in B "$NOTE by hand"
keys B Enter
try "a note is on the interviewer's screen" sees B "$NOTE by hand"
keys B Escape
keys B C-t
keys B Tab
type_in B "$STAFF"
keys B Enter
try "a line for the staff, too" sees B "$STAFF"
keys B Escape
# menu WHO ENTRY
menu() {
	keys "$1" C-p
	sees "$1" 'type to filter'
	type_in "$1" "$2"
	keys "$1" Enter
}
menu A 'Focus time'
try "the candidate is told that nobody is watching" sees A 'Nobody is watching'
try "the interviewer is told, too" sees B 'works unobserved'
type_in A "$UNSEEN = 1"
sees A "$UNSEEN"
as ann room get "$ROOM" >/dev/null 2>&1
is "nobody of the staff reads it by command" $? 5
try "nor on the screen" shows_not B "$UNSEEN"
keys A F9
try "it ends early" sees_no_more A 'Nobody is watching'
try "and then all is there" sees B "$UNSEEN"
try "the recording says so" tail_has '.type == "focus"'

# --- never ---

for secret in "$NOTE" "$STAFF" "$TEST"; do
	try "the candidate's terminal never got $secret" never A "$secret"
done
try "but what is shown it did get" eval '! never A $CODE_TEXT'
