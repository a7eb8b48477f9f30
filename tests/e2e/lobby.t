#!/bin/bash
# The lobby, and what the staff decides about people, by command and over real ssh.
. "$(dirname "$0")/lib.sh"
host_start
# status NAME WANTED COMMAND...: its exit status; stdout and stderr are in files
status() {
	local name=$1 wanted=$2 got
	shift 2
	cs "$@" >"$TMP/out" 2>"$TMP/err" </dev/null
	got=$?
	[ $got = "$wanted" ] || sed 's/^/# /' "$TMP/out" "$TMP/err"
	is "$name" $got "$wanted"
}
# person LABEL KEY: of the room
person() { cs room show "$ROOM" --json | jq -r --arg l "$1" --arg k "$2" '.people[] | select(.seat == $l) | .[$k]'; }
person_is() { [ "$(person "$1" "$2")" = "$3" ]; }
# bytes WHO: keep what comes to WHO's terminal in a file from now on
bytes() { mux pipe-pane -t "$1" "cat >>'$TMP/bytes-$1'"; }
# canaries WHO: how many came there
canaries() { cat "$TMP/bytes-$1" 2>/dev/null | grep -ao canary | wc -l; }
# come WHO CODE NAME: as far as the lobby
come() {
	knock "$1" 80x24
	bytes "$1"
	sees "$1" 'Invite code:'
	type_in "$1" "$2"
	keys "$1" Enter
	sees "$1" '[Nn]ame'
	type_in "$1" "$3"
	keys "$1" Enter
	sees "$1" 'Please tick the recording box'
	keys "$1" Space
	keys "$1" Enter
	sees "$1" Waiting
}

made=$(cs room create --json --title Lobby) || bail "no room could be made"
ROOM=$(json .id <<<"$made") CODE=$(json '.invites[0].code' <<<"$made")
is "a room has a lobby unless it is made without" "$(jq -c '[.lobby, .frozen, .state]' <<<"$made")" '[true,false,"waiting"]'
status "nobody waits yet" 5 room admit "$ROOM" C
enter A 80x24 "$(invite interviewer)" Ivy
echo 'canary = "code"' | cs room put "$ROOM" main.py >/dev/null
sees A 'canary'

# --- waiting ---

try "who comes waits" come B "$CODE" Ada
is "a command tells so" "$(person C state) $(person C name) $(person C rw)" 'lobby Ada false'
like "and since when" "$(person C waits_since)" '^20[0-9-]*T[0-9:.]*Z$'
like "to people too" "$(cs room show "$ROOM")" 'C +candidate +lobby +reads +Ada +waits since 20'
is "the room has not begun" "$(cs room show "$ROOM" --json | jq -c '[.state, .started_at]')" '["waiting",null]'
cs room say "$ROOM" 'canary chat' >/dev/null
cs room note "$ROOM" 'canary note' >/dev/null
type_in A '# canary key '
try "meanwhile others work" sees A '# canary key'
murder hub
until_ok person_is C state lobby
try "who waits goes on waiting in another hub" sees B Waiting
is "nothing of the room has come to who waits" "$(canaries B)" 0
admitted=$(cs room admit "$ROOM" c --json)
is "room admit prints the room" "$(jq -c '[.id, .state]' <<<"$admitted")" "[\"$ROOM\",\"live\"]"
try "who is let in is in the room" eval 'in_room B && sees B "# canary key"'
is "and is told so" "$(person C state) $(person C rw)" 'here true'
type_in B 'ada'
try "and can write" sees A 'ada'
status "a second time" 5 room admit "$ROOM" C --json
is "is not possible in this state" "$(json .error.code <"$TMP/err")" state
status "a seat that is not there" 3 room admit "$ROOM" H
status "a room that is not there" 3 room admit r-zzzzz C
status "no seat" 2 room admit "$ROOM"

# --- read only ---

may_type() { # NAME TEXT: B can
	type_in B "$2"
	try "$1" sees A "$2"
}
may_not_type() { # NAME TEXT: B can not, and A can
	type_in B "$2"
	type_in A "A-$2"
	try "$1" eval "sees B 'A-$2'"
	is "$1: nothing came of it" "$(text | grep -c "[^-]$2")" 0
}
status "room role ro" 0 room role "$ROOM" C ro --json
is "prints the room" "$(jq -c '.people[] | select(.seat == "C") | .rw' "$TMP/out")" false
may_not_type "who may only read does not write" q1
status "room role rw" 0 room role "$ROOM" C rw
may_type "who may write again does" q2
status "another role" 2 room role "$ROOM" C king
status "room freeze" 0 room freeze "$ROOM" --json
is "prints the room" "$(jq -c '[.frozen, (.people[] | [.seat, .rw])]' "$TMP/out")" '[true,["C",false],["I",true]]'
status "a second freeze" 5 room freeze "$ROOM"
may_not_type "in a frozen room only the staff writes" q3
status "room thaw" 0 room thaw "$ROOM"
may_type "and then all again" q4

# --- chat and notes ---

status "room say" 0 room say "$ROOM" 'hello there' --json
is "prints the room" "$(json .id <"$TMP/out")" "$ROOM"
status "room note" 0 room note "$ROOM" 'hidden_canary'
status "no text" 2 room say "$ROOM" ' '
status "two lines" 2 room note "$ROOM" $'a\nb'
try "the log has the chat" tail_has '.type == "chat" and .text == "hello there" and .seat == "@local"'
try "and the note" tail_has '.type == "note" and .text == "hidden_canary" and .seat == "@local"'
is "no byte of a note came to the candidate" "$(grep -ac hidden_canary "$TMP/bytes-B")" 0

# --- back and out ---

status "room back" 0 room back "$ROOM" C
try "who is sent back waits" sees B Waiting
try "and sees the room no more" sees_no_more B 'canary key'
is "a command tells so" "$(person C state)" lobby
cp "$TMP/bytes-B" "$TMP/before"
echo 'afterwards_canary = 1' | cs room put "$ROOM" main.py >/dev/null
sees A afterwards_canary
is "nothing more comes" "$(grep -ac afterwards_canary "$TMP/bytes-B")" 0
status "the staff has no lobby" 5 room back "$ROOM" I
cs room admit "$ROOM" C >/dev/null
try "and may be let in again" eval 'in_room B && sees B afterwards_canary'
status "room kick" 0 room kick "$ROOM" C --json
is "prints the room without the seat" "$(jq -c '[.people[].seat]' "$TMP/out")" '["I"]'
is "who is removed is out" "$(exits B)" 0
try "and told so" shows B 'You were removed from room'
leave B
knock B 80x24
sees B 'Invite code:'
type_in B "$CODE"
keys B Enter
try "the code is no way in any more" sees B '2 tries left'
leave B
is "and nobody gets its seat" "$(cs room invite "$ROOM" --json | json .seat)" D

# --- end and reopen ---

NEXT=$(invite candidate)
come C "$NEXT" Eve
status "room reopen, of a room that goes on" 5 room reopen "$ROOM"
status "room end" 0 room end "$ROOM"
is "who waits is told of the end" "$(exits C)" 0
try "in words" shows C 'The room has ended'
leave C
status "nothing is decided any more" 5 room freeze "$ROOM"
status "nor said" 5 room say "$ROOM" late
status "but noted" 0 room note "$ROOM" 'good'
status "room reopen" 0 room reopen "$ROOM" --json
is "prints the room" "$(jq -c '[.state, .ended_at]' "$TMP/out")" '["live",null]'
knock C 80x24
sees C 'Invite code:'
type_in C "$NEXT"
keys C Enter
try "the code leads in again, as far as before" sees C Waiting
cs room admit "$ROOM" E >/dev/null
try "and further" in_room C
type_in C 'eve'
try "and all may write" sees A eve

# --- the log ---

cs room tail "$ROOM" >"$TMP/tail.log"
is "the log tells it in order" "$(jq -r 'select(.type | IN("edit", "file", "chat", "note", "leave") | not) | [.type, .seat, .who // .name // empty, (if .type == "role" then .role else empty end)] | join(" ")' "$TMP/tail.log")" \
    'join I Ivy
admit @local C
join C Ada
role @local C ro
role @local C rw
freeze @local
thaw @local
back @local C
admit @local C
join C Ada
end @local
reopen @local
admit @local E
join E Eve'
is "and who was removed" "$(jq -c 'select(.why == "kicked") | [.type, .seat]' "$TMP/tail.log")" '["leave","C"]'
