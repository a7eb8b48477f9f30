#!/bin/bash
# Accounts, keys, templates and the trail, by command: what scripts read, exit
# statuses, and that a command which fails changes nothing.
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
# says NAME REGEX: one sentence on stderr
says() { like "$1" "$(cat "$TMP/err")" "$2"; }
stamp='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$'
for type in ed25519 ecdsa; do
	ssh-keygen -q -t $type -N '' -C "ann@$type" -f "$TMP/$type" || bail "no key could be made"
done
print_of() { ssh-keygen -lf "$1" | cut -d' ' -f2; }

# --- user add, list, show, rm ---

status "no accounts: an empty list" 0 user list --json
is "which is an array" "$(cat "$TMP/out")" '[]'
made=$(cs user add ann --json --key "$TMP/ed25519.pub")
is "user add: its keys" "$(jq -r 'keys | join(" ")' <<<"$made")" 'created_at keys name role unix_user'
is "user add: an interviewer, with a key" "$(jq -c '[.name, .role, .unix_user, .keys]' <<<"$made")" '["ann","interviewer",null,1]'
like "user add: when" "$(json .created_at <<<"$made")" "$stamp"
is "user add --role --unix-user" "$(cs user add bob --json --role admin --unix-user nobody | jq -c '[.role, .unix_user, .keys]')" \
    '["admin","nobody",0]'
is "user list" "$(cs user list --json | jq -c '[.[] | [.name, .role]]')" '[["ann","interviewer"],["bob","admin"]]'
like "to people" "$(cs user list)" '^ann +interviewer +- +1 '
is "user show" "$(cs user show ann --json)" "$made"
before=$(cs user list --json)
status "a name that is taken" 5 user add ann
says "is named" 'account ann$'
status "a user of the machine that has an account" 5 user add eve --unix-user nobody
says "whose is said" 'account bob$'
status "a user that the machine does not have" 3 user add eve --unix-user no-such-user
status "root needs no account" 2 user add eve --unix-user root
for name in Ann 9a signup practice r-7f3k2 'a b' ''; do status "no name for an account: '$name'" 2 user add "$name"; done
status "a role that there is not" 2 user add eve --role boss
status "a key that there is not" 2 user add eve --key "$TMP/nowhere"
status "a private key is no public one" 2 user add eve --key "$TMP/ed25519"
says "and was not sent" 'was not sent'
status "an account that there is not" 3 user show eve
status "nor to be removed" 3 user rm eve
status "whose account?" 2 user show
is "what failed has changed nothing" "$(cs user list --json)" "$before"

# --- passwords and tokens ---

echo 'correct horse' | cs user passwd ann --json >"$TMP/out"
is "user passwd: from a pipe" "$?-$(cat "$TMP/out")" '0-{}'
printf '1234567' | cs user passwd ann 2>"$TMP/err"
is "a short password" $? 2
says "is told so" 'at least 8 characters'
status "no password" 2 user passwd ann
echo 'correct horse' | cs user passwd eve 2>/dev/null
is "of nobody" $? 3
terminal P 80x24 "$BUILD/codesync" -R "$RUN" user passwd ann
sees P 'New password:'
type_in P 'battery stapleX'
keys P BSpace Enter
sees P 'New password again:'
type_in P 'battery staple'
keys P Enter
is "user passwd: from the terminal, twice" "$(exits P)" 0
try "and unseen" shows_not P battery
leave P
terminal P 80x24 "$BUILD/codesync" -R "$RUN" user passwd ann
sees P 'New password:'
type_in P 'battery staple'
keys P Enter
sees P 'New password again:'
type_in P 'battery stable'
keys P Enter
is "two that differ" "$(exits P)" 2
try "is said" sees P 'not the same'
leave P
terminal P 80x24 bash -c 'stty -a >"$1/before"; "$0" -R "$1/run" user passwd ann; echo "status $?"; stty -a >"$1/after"; echo done' "$BUILD/codesync" "$TMP"
sees P 'New password:'
keys P C-c
try "^C ends it" sees P 'status 1'
sees P 'done'
is "and leaves the terminal as it was" "$(cat "$TMP/after")" "$(cat "$TMP/before")"
leave P
token=$(cs user token --json)
is "user token: its keys" "$(jq -r 'keys | join(" ")' <<<"$token")" 'expires_at role token'
like "user token" "$(json .token <<<"$token")" '^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$'
is "for an interviewer" "$(json .role <<<"$token")" interviewer
days=$((($(date -d "$(json .expires_at <<<"$token")" +%s) - $(date +%s) + 43200) / 86400))
is "for seven days" $days 7
is "user token --role --expires" "$(cs user token --role admin --expires 1h --json | json .role)" admin
status "a duration that is none" 2 user token --expires soon
status "nor this" 2 user token --expires 0s
like "to people" "$(cs user token)" '^Registration token: '

# --- keys ---

added=$(cs key add --user bob --json <"$TMP/ecdsa.pub")
is "key add: its keys" "$(jq -r 'keys | join(" ")' <<<"$added")" 'added_at comment fingerprint type user'
is "key add" "$(jq -c '[.user, .fingerprint, .type, .comment]' <<<"$added")" \
    "[\"bob\",\"$(print_of "$TMP/ecdsa.pub")\",\"ecdsa-sha2-nistp256\",\"ann@ecdsa\"]"
cs key add --user bob "$TMP/ed25519.pub" >"$TMP/out"
is "the same key for another account" $? 0
status "a key that it has" 5 key add --user bob "$TMP/ed25519.pub"
cat "$TMP/ed25519.pub" "$TMP/ecdsa.pub" >"$TMP/two"
status "two keys in one file" 2 key add --user bob "$TMP/two"
sed 's/AAAA/AAAB/' "$TMP/ed25519.pub" >"$TMP/broken"
status "a broken key" 2 key add --user bob "$TMP/broken"
status "whose key?" 2 key add "$TMP/ed25519.pub"
is "key list" "$(cs key list --json | jq -c '[.[].user]')" '["ann","bob","bob"]'
is "key list --user" "$(cs key list --user ann --json | jq -r '.[0].fingerprint')" "$(print_of "$TMP/ed25519.pub")"
is "key rm --user" "$(cs key rm "$(print_of "$TMP/ed25519.pub")" --user bob --json)" '{}'
is "takes that one" "$(cs key list --json | jq -c '[.[] | [.user, .type]]')" '[["ann","ssh-ed25519"],["bob","ecdsa-sha2-nistp256"]]'
status "a key that there is not" 3 key rm SHA256:nothing

# --- templates ---

printf 'print(1)\n' >"$TMP/main"
printf '# Two sum\n' >"$TMP/task"
printf 'CANARY hidden tests\n' >"$TMP/tests.py"
made=$(cs template add two-sum --language python --title 'Two sum' --file "main.py=$TMP/main" --file "task.md=$TMP/task" \
    --tests "$TMP/tests.py" --json)
is "template add: its keys" "$(jq -r 'keys | join(" ")' <<<"$made")" 'files language name tests title'
is "template add" "$(jq -c . <<<"$made")" \
    '{"name":"two-sum","language":"python","title":"Two sum","files":[{"name":"main.py","bytes":9,"lines":1},{"name":"task.md","bytes":10,"lines":1}],"tests":"tests.py"}'
is "template show" "$(cs template show two-sum --json)" "$made"
is "template list" "$(cs template list --json)" "[$made]"
status "a name that is taken" 5 template add two-sum --language python
status "no language" 2 template add other
status "a language that there is not" 3 template add other --language cobol
status "no name for a template" 2 template add a/b --language python
room --template two-sum
is "room create --template" "$(cs room show "$ROOM" --json | jq -c '[.title, .language, [.files[].name]]')" \
    '["Two sum","python",["main.py","task.md"]]'
is "its files" "$(cs room get "$ROOM" task.md)" '# Two sum'
enter A 80x24 "$CODE" Ada
sees A 'print\(1\)'
try "nobody in the room sees the tests" shows_not A CANARY
try "nor who reads its log" eval '! cs room tail "$ROOM" | grep CANARY'
leave A
room --template two-sum --title Mine --file "main.py=$TMP/task"
is "what is given wins" "$(cs room show "$ROOM" --json | jq -c '[.title, [.files[].name]]')-$(cs room get "$ROOM")" \
    '["Mine",["main.py","task.md"]]-# Two sum'
rooms=$(cs room list --json --all | jq length)
status "room create: an unknown template" 3 room create --template nope
says "is named" 'nope'
is "and no room is made" "$(cs room list --json --all | jq length)" "$rooms"
is "template rm" "$(cs template rm two-sum --json)-$(cs template list --json)" '{}-[]'
status "and again" 3 template rm two-sum

# --- the trail ---

is "user rm" "$(cs user rm bob --json)-$(cs user list --json | jq -c '[.[].name]')" '{}-["ann"]'
is "its keys are gone" "$(cs key list --json | jq -c '[.[].user]')" '["ann"]'
trail=$(cs audit --json)
is "audit: its keys" "$(jq -r '.[0] | keys | join(" ")' <<<"$trail")" 'action at result source target who'
is "who did what" "$(jq -c '[.[0] | .who, .source, .action, .target, .result]' <<<"$trail")" '["@local","local","user add","ann","ok"]'
has() { jq -e "any(.[]; [.action, .target, .result] == $1)" <<<"$trail" >/dev/null; }
try "a password" has '["user passwd","ann","ok"]'
try "a key" has "[\"key add\",\"bob $(print_of "$TMP/ecdsa.pub")\",\"ok\"]"
try "a template" has '["template rm","two-sum","ok"]'
try "a room" has "[\"room create\",\"$ROOM\",\"ok\"]"
try "an account that is removed" has '["user rm","bob","ok"]'
try "and what was refused" has '["user add","ann","state"]'
is "but not what is only read" "$(jq 'any(.[]; .action == "user list")' <<<"$trail")" false
grep -E 'horse|staple|CANARY|Two sum|print' <<<"$trail" >"$TMP/found"
is "no secrets and no contents" "$(cat "$TMP/found")" ''
try "no token" eval '! grep -F "$(json .token <<<"$token")" <<<"$trail"'
is "nor in the log" "$(grep -E 'horse|staple|CANARY' "$LOG")" ''
is "audit --since, so long ago" "$(cs audit --since 1h --json | jq length)" "$(jq length <<<"$trail")"
at=$(jq -r '.[-1].at' <<<"$trail")
is "audit --since, a time" "$(cs audit --since "$at" --json | jq -c 'map(.at) | unique')" "[\"$at\"]"
is "audit of times to come" "$(cs audit --since 2999-01-01T00:00:00Z --json)" '[]'
status "a time that is none" 2 audit --since yesterday
like "to people" "$(cs audit)" "@local +local +room create +ok +$ROOM"
host_again
is "it is kept" "$(cs audit --json | jq ".[:$(jq length <<<"$trail")]" | md5sum)" "$(jq . <<<"$trail" | md5sum)"
is "accounts are" "$(cs user list --json | jq -c '[.[].name]')" '["ann"]'
is "stat counts them" "$(cs stat --json | jq -c '[.users, .keys, .seats_lobby]')" '[1,1,0]'

# --- completion ---

completes() {
	bash -c '. client/codesync.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _codesync; echo "${COMPREPLY[*]}"' \
	    bash "$BUILD/codesync" "$@"
}
is "completion: commands" "$(completes us)" user
is "completion: the second word" "$(completes user p)" passwd
is "completion: options" "$(completes template add x --t)" '--tests= --title='
is "completion: what it cannot know" "$(completes room show r-)" ''
