#!/bin/bash
# The commands: what scripts read from them, and their exit statuses.
. "$(dirname "$0")/lib.sh"
host_start
# keys FILTER <<<JSON: an object's keys in one line
keys_of() { jq -r "$1 | keys | join(\" \")"; }
# status NAME WANTED COMMAND...: its exit status; stdout and stderr are in files
status() {
	local name=$1 wanted=$2 got
	shift 2
	cs "$@" >"$TMP/out" 2>"$TMP/err" </dev/null
	got=$?
	[ $got = "$wanted" ] || sed 's/^/# /' "$TMP/out" "$TMP/err"
	is "$name" $got "$wanted"
}
room_keys='created_at ended_at files frozen id language lobby minutes owner people recording retention_days rev started_at state title'
# has_keys NAME JSON FILTER KEY...: these, and perhaps more
has_keys() {
	is "$1" "$(jq -r --arg k "$4" "[$3 | keys[] | select(IN(\$k | split(\" \")[]))] | sort | join(\" \")" <<<"$2")" \
	    "$(tr ' ' '\n' <<<"$4" | sort | xargs)"
}
stamp='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$'
code='^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$'

# --- room create, list, show ---

status "no rooms: an empty list" 0 room list --json
is "which is an array" "$(cat "$TMP/out")" '[]'
printf 'print("main")\n' >"$TMP/main"
printf 'print("more")\n' >"$TMP/more"
made=$(cs room create --json --title 'Two sums, "quoted" ü' --minutes 45 --language python --no-lobby \
    --file "main.py=$TMP/main" --file "more.py=$TMP/more" --retention 7 --idempotency-key once)
is "room create: exit status 0" $? 0
has_keys "room create: the room's keys" "$made" . "$room_keys limits"
has_keys "room create: how to come in" "$made" . 'invites host port fingerprint known_hosts'
has_keys "room create: an invite" "$made" '.invites[0]' 'code role seat expires_at command'
is "room create: one, for a candidate" "$(jq -c '[.invites[] | [.role, .seat]]' <<<"$made")" '[["candidate","C"]]'
is "room create: what was asked for" \
    "$(jq -c '[.title, .minutes, .language, .lobby, .retention_days, .state, .owner, .rev > 0]' <<<"$made")" \
    '["Two sums, \"quoted\" ü",45,"python",false,7,"waiting","@local",true]'
is "room create: its files" "$(jq -c '[.files[] | [.name, .bytes, .lines]]' <<<"$made")" '[["main.py",14,1],["more.py",14,1]]'
is "room create: what programs may use" "$(jq -c '.limits | [.cpu_s, .wall_s, .memory_mb, .processes, .output_kb, .files_mb]' <<<"$made")" \
    '[10,60,256,64,1024,16]'
ROOM=$(json .id <<<"$made") CODE=$(json '.invites[0].code' <<<"$made")
like "a room's id" "$ROOM" '^r-[0-9a-hjkmnp-tv-z]{5}$'
like "a code" "$CODE" "$code"
like "times" "$(json .created_at <<<"$made")" "$stamp"
is "the command that is told" "$(json '.invites[0].command' <<<"$made")" "ssh -p $PORT $ROOM@127.0.0.1"
again=$(cs room create --json --title other --idempotency-key once)
is "the same idempotency key: the same room" "$(jq -c '[.id, .title]' <<<"$again")" "$(jq -c '[.id, .title]' <<<"$made")"
is "and no other one" "$(cs room list --json | jq -c '[.[].id]')" "[\"$ROOM\"]"
cs room create --idempotency-key other >"$TMP/out"
like "for people: the command, the code" "$(cat "$TMP/out")" 'Invite code: [0-9A-Z-]{14} '
is "another key: another room" "$(cs room list --json | jq length)" 2
echo 'from = "stdin"' | cs room create --json --file main.py=- >"$TMP/out"
is "--file NAME=-: stdin" "$(text_room=$(json .id <"$TMP/out") && cs room get "$text_room")" 'from = "stdin"'

shown=$(cs room show "$ROOM" --json)
has_keys "room show: the room's keys" "$shown" . "$room_keys limits"
is "room show: the same room" "$(json .id <<<"$shown")" "$ROOM"
tr 'a-z01' 'A-ZOL' <<<"$ROOM" >"$TMP/id"
is "an id in capitals, with O and L" "$(cs room show "$(cat "$TMP/id")" --json | json .id)" "$ROOM"
like "for people: the title" "$(cs room show "$ROOM")" 'Two sums'
like "for people: the list" "$(cs room list)" "$ROOM +waiting"

# --- room invite ---

invited=$(cs room invite "$ROOM" --json --role interviewer --name 'Ivy I' --expires 24h)
is "room invite: its keys" "$(keys_of . <<<"$invited")" 'code command expires_at role seat'
is "room invite: role and seat" "$(jq -c '[.role, .seat]' <<<"$invited")" '["interviewer","I"]'
like "room invite: until when" "$(json .expires_at <<<"$invited")" "$stamp"
IVY=$(json .code <<<"$invited")
is "room invite: one that is forgotten later" "$(cs room invite "$ROOM" --json | jq -c '[.role, .seat, .expires_at]')" '["candidate","D",null]'
gone=$(invite observer)
is "room invite --revoke prints the room" "$(cs room invite "$ROOM" --revoke "$gone" --json | json .id)" "$ROOM"
gone=$(invite observer)
like "to people too" "$(cs room invite "$ROOM" --revoke "$gone")" "^$ROOM "
status "and again: not found" 3 room invite "$ROOM" --revoke "$gone"
knock X 80x24
sees X 'Invite code:'
type_in X "$gone"
keys X Enter
try "a revoked code is no way in" sees X '2 tries left'
leave X

# --- room get, put ---

status "room get" 0 room get "$ROOM"
is "is the first file, exactly" "$(md5sum <"$TMP/out")" "$(md5sum <"$TMP/main")"
status "room get FILE" 0 room get "$ROOM" more.py
is "is that file" "$(md5sum <"$TMP/out")" "$(md5sum <"$TMP/more")"
status "room get --json" 0 room get "$ROOM" --json
is "is its text" "$(json .text <"$TMP/out")" 'print("main")'

enter A 80x24 "$CODE" Ada
enter B 80x24 "$IVY" ''
keys A Down
type_in A 'A here'
sees B '2 A here'
keys B Up Home Right Right
sees A '^I +1 '
printf 'first = 1\nprint("main", 2)\nA here' >"$TMP/new"
old_rev=$(cs room show "$ROOM" --json | json .rev)
put=$(cs room put "$ROOM" main.py --json <"$TMP/new")
is "room put prints the room" "$(jq -c '[.id, .files[0].bytes]' <<<"$put")" "[\"$ROOM\",33]"
is "it is one edit" "$(jq -c '.rev' <<<"$put")" $((old_rev + 1))
try "both see it" eval "sees A '1 first = 1' && sees B '2 print\(.main., 2\)'"
is "the file is stdin, exactly" "$(cs room get "$ROOM" | md5sum)" "$(md5sum <"$TMP/new")"
type_in A '!'
try "what is equal keeps A's caret" sees B '3 A here!'
type_in B 'X'
try "and B's" sees A '2 prXint'
is "--at REV: as it was before" "$(cs room get "$ROOM" --at "$old_rev")" $'print("main")\nA here'
at=$(cs room tail "$ROOM" --from "$old_rev" | head -n 1 | json .at)
is "--at TIME: as it was then" "$(cs room get "$ROOM" --at "$at")" $'print("main")\nA here'
status "put makes a new file" 0 room put "$ROOM" new_file.txt
is "which is empty, as stdin was" "$(cs room show "$ROOM" --json | jq -c '[.files[] | .name], .files[2].bytes' | xargs)" \
    '[main.py,more.py,new_file.txt] 0'
is "putting the same again changes nothing" "$(cs room put "$ROOM" more.py --json <"$TMP/more" | json .rev)" \
    "$(cs room tail "$ROOM" | tail -n 1 | json .rev)"

# --- room run, stop ---

status "room run" 0 room run "$ROOM" --json
try "somebody sees it start" tail_has '.type == "run_start" and .run == 1 and .language == "python"'
until_ok tail_has '.type == "run_end"'
printf 'import time\ntime.sleep(60)\n' | cs room put "$ROOM" main.py >/dev/null
status "room run, for long" 0 room run "$ROOM"
status "a second run" 5 room run "$ROOM" --json
is "is not possible in this state" "$(json .error.code <"$TMP/err")" state
status "room stop" 0 room stop "$ROOM" --json
is "prints the room" "$(json .id <"$TMP/out")" "$ROOM"
until_ok tail_has '.type == "run_end" and .run == 2'
is "the log has the verdict's keys" "$(cs room tail "$ROOM" | jq -s '.[] | select(.type == "run_end" and .run == 2)' | keys_of .)" \
    'at cpu_ms exit_code memory_kb output_truncated rev run seat signal syscall tier type verdict wall_ms warm'

# --- room tail ---

cs room tail "$ROOM" >"$TMP/tail.log"
is "revisions count up from 1" "$(jq -s '[.[].rev] == [range(1; length + 1)]' "$TMP/tail.log")" true
is "every entry has rev, at, seat, type" "$(jq -s 'all(.[]; .rev and .at and .seat and .type)' "$TMP/tail.log")" true
is "who did what" "$(jq -s -c '[.[] | select(.type == "join") | [.seat, .name, .role]]' "$TMP/tail.log")" \
    '[["C","Ada","candidate"],["I","Ivy I","interviewer"]]'
is "commands are of @local" "$(jq -s -r '[.[] | select(.type == "run_start") | .seat] | unique | join(" ")' "$TMP/tail.log")" @local
is "the fold of every file is the file" "$(for f in main.py more.py new_file.txt; do folded $f; done | md5sum)" \
    "$(for f in main.py more.py new_file.txt; do text $f; done | md5sum)"
is "--from: that one included" "$(cs room tail "$ROOM" --from 3 | md5sum)" "$(tail -n +3 "$TMP/tail.log" | md5sum)"
cs room tail "$ROOM" --from 3 --follow >"$TMP/follow" &
following=$!
follows() { grep -qs "$1" "$TMP/follow"; }
try "--follow begins there" until_ok follows '"rev":3,'
echo 'new = "line"' | cs room put "$ROOM" main.py >/dev/null
try "--follow: what happens comes" until_ok follows 'new = '
murder hub
until_ok cs room show "$ROOM" >/dev/null 2>&1
echo 'after = "hub"' | cs room put "$ROOM" main.py >/dev/null
try "--follow goes on when the hub is another" until_ok follows 'after'

# --- room end ---

ended=$(cs room end "$ROOM" --json)
is "room end prints the room" "$(jq -c '[.id, .state, .ended_at == null]' <<<"$ended")" "[\"$ROOM\",\"ended\",false]"
try "the log says so" tail_has '.type == "end" and .seat == "@local"'
try "who follows sees the end" until_ok follows '"type":"end"'
is "nothing is missing or doubled on the way" "$(jq -s '[.[].rev] == [range(3; length + 3)]' "$TMP/follow")" true
kill "$following" 2>/dev/null
wait "$following" 2>/dev/null
status "a second end" 5 room end "$ROOM" --json
is "is not possible in this state" "$(json .error.code <"$TMP/err")" state
status "nor is a run" 5 room run "$ROOM"
is "room list: without it" "$(cs room list --json | jq --arg r "$ROOM" 'any(.[]; .id == $r)')" false
is "room list --all: with it" "$(cs room list --all --json | jq --arg r "$ROOM" 'any(.[]; .id == $r)')" true
status "its text can be read" 0 room get "$ROOM"

# --- hostkey, stat ---

hostkey=$(cs hostkey --json)
is "hostkey: its keys" "$(keys_of . <<<"$hostkey")" 'fingerprint host known_hosts port'
ssh-keyscan -t ed25519 -p "$PORT" 127.0.0.1 >"$TMP/scan" 2>/dev/null
is "hostkey: what ssh sees" "$(json .known_hosts <<<"$hostkey")" "$(cat "$TMP/scan")"
is "hostkey: its fingerprint" "$(json .fingerprint <<<"$hostkey")" "$(ssh-keygen -l -f "$TMP/scan" | cut -d' ' -f2)"
is "stat: an object of numbers" "$(cs stat --json | jq 'length > 0 and all(.[]; type == "number")')" true
is "stat --prometheus: the same names" "$(cs stat --prometheus | sed -n 's/^codesync_\([a-z_]*\) .*/\1/p' | sort | xargs)" \
    "$(cs stat --json | keys_of .)"

# --- what is wrong ---

status "an unknown room" 3 room show r-zzzzz --json
is "the error is an object" "$(jq -c '[.error.code, (.error.message | type)]' "$TMP/err")" '["not_found","string"]'
is "and stdout is empty" "$(cat "$TMP/out")" ''
status "no room's id at all" 3 room get nothing
status "an unknown file" 3 room get "$ROOM" none.py
status "an unknown language" 3 room create --language cobol
status "an unknown command" 2 room frobnicate
status "an unknown option" 2 room list --frobnicate
status "too few arguments" 2 room show
status "too many arguments" 2 room list more
status "a bad number" 2 room create --minutes soon
status "a bad time" 2 room invite "$ROOM" --expires soon
status "a bad role" 2 room invite "$ROOM" --role king
status "--help" 0 room create --help
like "--help explains" "$(cat "$TMP/out")" '--idempotency-key'
was=$(cs room list --all --json | md5sum)
status "a file that is not there" 2 room create --file "main.py=$TMP/none"
printf '\377\376' >"$TMP/bytes"
status "a file that is no text" 2 room create --file "main.py=$TMP/bytes"
status "a bad file name" 2 room create --file "../x=$TMP/main"
is "what fails makes no room" "$(cs room list --all --json | md5sum)" "$was"
"$BUILD/codesync" -R "$TMP/none" stat --json 2>"$TMP/err"
is "no host" $? 75
is "says so" "$(jq -r '.error.code | type' "$TMP/err")" string
