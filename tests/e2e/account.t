#!/bin/bash
# Accounts at the door: keys, passwords, signing up; commands over ssh; and what
# the code of a seat is good for without a terminal.
. "$(dirname "$0")/lib.sh"
host_start
for k in ann ben other; do ssh-keygen -q -t ed25519 -N '' -f "$TMP/$k"; done
printf '#!/bin/sh\necho "$1" >>%s/prompts\nsed -n "$(wc -l <%s/prompts)p" %s/answers\n' "$TMP" "$TMP" "$TMP" >"$TMP/askpass"
chmod 755 "$TMP/askpass"
# as WHO ARGUMENT...: ssh with WHO's key; "as -": without any. Results in files.
as() {
	local key=(-o PubkeyAuthentication=no)
	[ "$1" = - ] || key=(-o IdentitiesOnly=yes -i "$TMP/$1")
	shift
	: >"$TMP/prompts"
	SSH_ASKPASS=$TMP/askpass SSH_ASKPASS_REQUIRE=force timeout 30 "${SSH[@]}" "${key[@]}" -p "$PORT" "$@" \
	    >"$TMP/out" 2>"$TMP/err"
	echo $? >"$TMP/status"
}
# answers LINE...: what is typed at the prompts, in this order
answers() { printf '%s\n' "$@" >"$TMP/answers"; }
ended_with() { is "$1" "$(cat "$TMP/status")" "$2"; }
asked() { is "$1" "$(sed 's/^([^)]*) //; s/ *$//' "$TMP/prompts" | tr '\n' ' ' | sed 's/ $//')" "$2"; }
try "a host without accounts" cs user list
cs user add ann --role interviewer --key "$TMP/ann.pub" >/dev/null
cs user add ben --role interviewer --key "$TMP/ben.pub" >/dev/null
cs user add root0 --role admin --key "$TMP/other.pub" >/dev/null
echo 'correct horse' | cs user passwd ann >/dev/null

# --- keys and passwords ---

as ann ann@127.0.0.1 room list --json </dev/null
ended_with "a key leads in" 0
is "and nothing was asked" "$(cat "$TMP/prompts" "$TMP/out")" '[]'
answers wrong wrong wrong
as other ann@127.0.0.1 room list </dev/null
ended_with "another key does not" 255
asked "it is asked for the password instead" 'Password: Password: Password:'
like "and told what is wrong in the end" "$(cat "$TMP/err")" 'That name and password do not go together\.'
answers 'correct horse'
as - ann@127.0.0.1 room list --json </dev/null
ended_with "a password leads in" 0
as other nobody@127.0.0.1 room list </dev/null
ended_with "an account that is not there" 255
asked "is asked the same" 'Password: Password: Password:'
like "and told the same" "$(cat "$TMP/err")" 'That name and password do not go together\.'
answers '' ''
as - ben@127.0.0.1 room list </dev/null
ended_with "no password is none" 255
answers wrong wrong wrong
for i in 1 2; do as - ann@127.0.0.1 </dev/null; done
answers 'correct horse'
as - ann@127.0.0.1 room list </dev/null
ended_with "after five failures in a minute the right one does not help" 255
as ann ann@127.0.0.1 room list </dev/null
ended_with "but the key does" 0

# --- commands ---

printf 'print("there")\n' >"$TMP/main"
as ann ann@127.0.0.1 "room create --json --no-lobby --title 'Two  words, \"\$HOME\" * \\;' --file main.py=-" <"$TMP/main"
ended_with "a room is made over ssh" 0
ROOM=$(json .id <"$TMP/out") CODE=$(json '.invites[0].code' <"$TMP/out")
is "the line is split as a shell does, and nothing expanded" "$(json .title <"$TMP/out")" 'Two  words, "$HOME" * \;'
is "it is its maker's" "$(json .owner <"$TMP/out")" ann
is "stdin was its file" "$(cs room get "$ROOM" | md5sum)" "$(md5sum <"$TMP/main")"
as ann ann@127.0.0.1 "room get $ROOM" </dev/null
is "a file's bytes come back exactly" "$(md5sum <"$TMP/out")" "$(md5sum <"$TMP/main")"
as ann ann@127.0.0.1 "room list --json" </dev/null
is "who made it lists it" "$(json '.[].id' <"$TMP/out")" "$ROOM"
as ben ben@127.0.0.1 "room list --json" </dev/null
is "to others it is not there" "$(cat "$TMP/out")" '[]'
as ben ben@127.0.0.1 "room show $ROOM --json" </dev/null
ended_with "nor when they name it" 3
is "and the error is an object on stderr" "$(jq -r .error.code "$TMP/err")" not_found
as other root0@127.0.0.1 "room show $ROOM --json" </dev/null
ended_with "an admin sees it" 0
as ann ann@127.0.0.1 stat </dev/null
ended_with "what is the host's is not an interviewer's" 4
as other root0@127.0.0.1 stat --json </dev/null
ended_with "but an admin's" 0
as other root0@127.0.0.1 user add games --unix-user games --json </dev/null
ended_with "a user of the host's machine gets an account over ssh" 0
is "by its name there" "$(json .unix_user <"$TMP/out")" games
as other root0@127.0.0.1 user add games2 --unix-user games </dev/null
ended_with "and only one" 5
as other root0@127.0.0.1 user add nobody2 --unix-user no-such-user </dev/null
ended_with "who is not there gets none" 3
like "and that is said" "$(cat "$TMP/err")" "no user no-such-user in the host's /etc/passwd"
as other root0@127.0.0.1 user add root2 --unix-user root </dev/null
ended_with "root needs none" 2
is "it is the same as on the machine" "$(cs user add games3 --unix-user games 2>&1 >/dev/null)" "codesync: games has the account games"
as ann ann@127.0.0.1 "room say $ROOM 'not closed" </dev/null
ended_with "a line that cannot be split" 2
like "is said to be" "$(cat "$TMP/err")" "a ' is missing"
as ann ann@127.0.0.1 "room create --file main.py=/etc/passwd" </dev/null
ended_with "no path of the host is opened" 2
as ann ann@127.0.0.1 "room list -R /tmp" </dev/null
ended_with "nor another host asked" 2
as ann ann@127.0.0.1 "room list -H 127.0.0.1" </dev/null
ended_with "nor another machine" 2
as ann ann@127.0.0.1 "join $ROOM" </dev/null
ended_with "join needs a terminal" 2
like "and says how" "$(cat "$TMP/err")" 'ssh -t NAME\+ROOM@HOST'
as ann -tt ann@127.0.0.1 "room show $ROOM" </dev/null
ended_with "with a terminal it works too" 0
like "and lines end as they do there" "$(head -n 1 "$TMP/out" | od -c)" '\\r  *\\n'
head -c 1000000 /dev/zero | tr '\0' 'x' >"$TMP/large"
as ann ann@127.0.0.1 "room put $ROOM large.txt" <"$TMP/large"
ended_with "a large file goes in" 0
as ann ann@127.0.0.1 "room get $ROOM large.txt" </dev/null
is "and out" "$(md5sum <"$TMP/out")" "$(md5sum <"$TMP/large")"
"${SSH[@]}" -i "$TMP/ann" -p "$PORT" ann@127.0.0.1 "room get $ROOM large.txt" </dev/null | (sleep 3; md5sum) >"$TMP/slow"
is "also to a reader that takes its time" "$(cat "$TMP/slow")" "$(md5sum <"$TMP/large")"
as ann ann@127.0.0.1 "room run $ROOM --wait" </dev/null
is "output of a program" "$(cat "$TMP/out")" 'there'
"${SSH[@]}" -i "$TMP/ann" -p "$PORT" ann@127.0.0.1 "room tail $ROOM --follow" >"$TMP/follow" </dev/zero 2>/dev/null &
follower=$!
follows() { grep -q "$1" "$TMP/follow"; }
try "tail --follow goes on, whatever is sent to it" until_ok follows run_end
cs room put "$ROOM" later.py <"$TMP/main" >/dev/null
try "and shows what happens" until_ok follows later.py
commands() { descendants "$host_pid" codesync; }
no_commands() { [ -z "$(commands)" ]; }
pid=$(commands)
is "nothing that is secret is in its arguments" "$(tr '\0' ' ' <"/proc/$pid/cmdline")" "codesync -x -R $RUN "
[ "$(id -u)" != 0 ] || is "nor has it rights" "$(awk '/^(CapEff|NoNewPrivs|Seccomp):/ { print $2 }' "/proc/$pid/status" | xargs)" \
    "0000000000000000 1 $([ -n "${SANITIZE-}" ] && echo 0 || echo 2)"
kill "$follower"
wait "$follower" 2>/dev/null
try "it ends when its client goes" until_ok no_commands

# --- without a command ---

as ann -T ann@127.0.0.1 </dev/null
ended_with "no terminal and no command" 2
like "advice" "$(cat "$TMP/err")" 'use ssh -t'
TERM=dumb as ann -tt ann@127.0.0.1 </dev/null
ended_with "a terminal that nothing can be drawn on and no room" 0
like "shows the rooms" "$(cat "$TMP/out")" "$ROOM .*Two  words"
like "and how to enter" "$(cat "$TMP/out")" "ssh -t -p $PORT ann\+ROOM@127.0.0.1"
as ann -tt ann+r-zzzzz@127.0.0.1 </dev/null
ended_with "a room that is not there" 3
as ben -tt "ben+$ROOM@127.0.0.1" </dev/null
ended_with "a room of somebody else" 3
like "is the same" "$(cat "$TMP/out")" "There is no room $ROOM"
terminal A 80x24 "${SSH[@]}" -i "$TMP/ann" -p "$PORT" "ann+mono+$ROOM+ascii@127.0.0.1"
try "NAME+ROOM leads straight into the room" in_room A
is "to a seat of the account" "$(cs room show "$ROOM" --json | jq -c '[.people[] | select(.name == "ann") | [.seat, .role]]')" '[["I","interviewer"]]'
leave A
terminal A 80x24 "${SSH[@]}" -i "$TMP/ann" -p "$PORT" -o SetEnv='LC_CODESYNC=new,ascii' "ann+$ROOM@127.0.0.1"
try "and the next time to the same" in_room A
is "for a screen as the client's environment says" "$(screen A | LC_ALL=C grep -c $'[\x80-\xff]')" 0

# --- the code of a seat ---

code() { answers "$CODE"; as - "$ROOM@127.0.0.1" "$@" </dev/null; }
code room get
ended_with "who has not been in the room gets no copy" 4
enter B 80x24 "$CODE" Cy
code room get
ended_with "who has the code gets a copy" 0
is "of the first file" "$(md5sum <"$TMP/out")" "$(md5sum <"$TMP/main")"
code room get large.txt
is "or of another" "$(md5sum <"$TMP/out")" "$(md5sum <"$TMP/large")"
code room get "$ROOM" --at 1
ended_with "but not of the past" 4
code room get r-zzzzz
ended_with "nor of another room" 3
code room show "$ROOM"
ended_with "every other command" 4
code -s codesync
ended_with "the subsystem is an editor's way" 0
cs room end "$ROOM" >/dev/null
until_ok dead B
code room get
ended_with "after the end as well" 0
code -tt
ended_with "but nobody enters" 5
like "and is told what there is" "$(cat "$TMP/out")" "Room $ROOM has ended.*room get"
room --no-copy
cs room end "$ROOM" >/dev/null
code room get
ended_with "a code that nobody used is none after the end" 255

# --- an account of this machine ---

if [ "$(id -u)" = 0 ] && cp "$BUILD/codesync" "$TMP/codesync" && chmod 755 "$TMP/codesync" && setpriv --reuid=nobody true 2>/dev/null; then
	here() { setpriv --reuid=nobody --regid=nogroup --clear-groups "$TMP/codesync" -R "$RUN" "$@"; }
	is "a user without an account may do nothing" "$(here room list >/dev/null 2>&1; echo $?)" 4
	cs user add nora --unix-user nobody >/dev/null
	is "with one it has its rooms" "$(here room list --json)" '[]'
	mine=$(here room create --json --no-lobby | json .id)
	is "which it makes" "$(cs room show "$mine" --json | json .owner)" nora
	is "and whose log it may read" "$(here room tail "$mine" | head -n 1 | json .rev)" 1
	is "those of others it may not" "$(here room tail "$ROOM" >/dev/null 2>&1; echo $?)" 3
	is "nor what is the host's" "$(here stat >/dev/null 2>&1; echo $?)" 4
else
	skip "a user of the machine has an account" "only root can be somebody else"
fi

# --- a new account ---

token() { cs user token --json | json .token; }
TOKEN=$(token)
ssh-keygen -q -t ed25519 -N '' -f "$TMP/dora"
answers "$TOKEN" Dora 'long enough' 'long enough' ann 'long enough' 'long enough' dora 'long enough' 'long enough'
as dora -T signup@127.0.0.1 </dev/null
ended_with "signing up" 0
asked "asks" 'Registration token: Account name: Password: Password again: Account name: Password: Password again: Account name: Password: Password again:'
like "and says how to come back" "$(cat "$TMP/err")" "The account dora is made\. Come back with: ssh -p $PORT dora@127\.0\.0\.1"
as dora dora@127.0.0.1 room list --json </dev/null
ended_with "the key that was proved on the way is the account's" 0
like "since when is known" "$(cs key list --json | json '.[] | select(.user == "dora") | .added_at')" '^20.*Z$'
answers 'long enough'
as - dora@127.0.0.1 room list --json </dev/null
ended_with "and the password" 0
answers "$TOKEN" eve 'long enough' 'long enough' 'K7M2-QX9D-4TRB-0V3C-W8NE' eve 'long enough' 'long enough' x eve 'long enough' 'long enough'
as - -T signup@127.0.0.1 </dev/null
ended_with "a token makes one account" 255
like "and then it is not valid" "$(cat "$TMP/err")" 'That token is not valid'
try "no account comes of that" eval '! cs user show eve >/dev/null 2>&1'
answers "$(token)" eve short 'long enough' 'other enough' 'long enough' 'long enough'
as - -T signup@127.0.0.1 </dev/null
ended_with "passwords that do not fit are asked for again" 0
printf 'registration = "open"\n' >"$TMP/config"
host_again
answers finn 'long enough' 'long enough'
as - -tt signup@127.0.0.1 </dev/null
asked "where it is open no token is asked for" 'Account name: Password: Password again:'
ended_with "and the account is made" 0
is "of an interviewer" "$(cs user show finn --json | json .role)" interviewer
printf 'registration = "closed"\n' >"$TMP/config"
host_again
as - -T signup@127.0.0.1 </dev/null
ended_with "where it is closed nobody signs up" 255
like "and is told so at once" "$(cat "$TMP/err" "$TMP/prompts")" 'Nobody can sign up here'

# --- what is kept of it ---

cs audit --json >"$TMP/audit"
is "who came in is in the trail, and by what" "$(jq -c '[.[] | select(.action == "sign in" and .result == "ok" and .who == "@ann") | .target] | unique' "$TMP/audit")" \
    "$(jq -cn --arg p "$(ssh-keygen -lf "$TMP/ann.pub" | cut -d' ' -f2)" '[$p, "password"] | sort')"
try "and who did not" jq -e 'any(.[]; .action == "sign in" and .result == "denied" and .who == "ann")' "$TMP/audit"
try "and who signed up" jq -e 'any(.[]; .action == "sign up" and .result == "ok" and .who == "@dora")' "$TMP/audit"
is "no secret is in it, nor in the log" "$(cat "$LOG" "$TMP/audit" | grep -c -e 'correct horse' -e 'long enough' -e "$TOKEN" -e "$CODE")" 0
cs user rm ann >/dev/null
as ann ann@127.0.0.1 room list </dev/null
ended_with "who has no account any more does not come in" 255
