#!/bin/bash
# The door: how many may stand before it and for how long, what it is made of,
# what a wrong code hears, and that it leads to one room and nowhere else.
. "$(dirname "$0")/lib.sh"
rough() { python3 "$LIB/rough.py" "$@" 2>&1; }
printf 'per_source = 5\ngrace_s = 2\n' >"$TMP/config"
host_start
room_with $'x = 1\n'
printf '#!/bin/sh\necho "$1" >>%s/prompts\ncat %s/answer\n' "$TMP" "$TMP" >"$TMP/askpass"
chmod 755 "$TMP/askpass"
# as CODE OPTION...: ssh with the code given by a helper, no terminal here
as() {
	echo "$1" >"$TMP/answer"
	: >"$TMP/prompts"
	shift
	SSH_ASKPASS=$TMP/askpass SSH_ASKPASS_REQUIRE=force timeout 20 "${SSH[@]}" -p "$PORT" "$@" \
	    >"$TMP/out" 2>"$TMP/err" </dev/null
	echo $? >"$TMP/status"
}
no_session() { [ -z "$(children session)" ]; }

# --- what it is made of ---

is "only sound algorithms are offered" "$(rough offers "$PORT" | sed 's/,kex-strict-s-v00@openssh.com//')" \
    'kex curve25519-sha256,curve25519-sha256@libssh.org,diffie-hellman-group16-sha512
hostkey ssh-ed25519,rsa-sha2-512,rsa-sha2-256
cipher-in chacha20-poly1305@openssh.com,aes256-ctr,aes128-ctr
cipher-out chacha20-poly1305@openssh.com,aes256-ctr,aes128-ctr
mac-in hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com
mac-out hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com
compression-in none
compression-out none'
like "the key exchange is strict" "$(rough offers "$PORT")" 'kex .*kex-strict-s-v00@openssh\.com'
until_ok no_session

# --- a wrong code ---

wrong() { # USER: what somebody with a wrong code sees, the user's name aside
	as 0000-0000-0000 "$1@127.0.0.1"
	cat "$TMP/prompts" "$TMP/err" "$TMP/status" | sed "s/$1/USER/g"
}
wrong "$ROOM" >"$TMP/known-room"
wrong r-zzzzz >"$TMP/unknown-room"
is "a wrong code is asked for three times" "$(sed 's/.*) //' "$TMP/prompts")" 'Invite code: 
Invite code (2 tries left): 
Invite code (1 try left): '
like "and then there is a farewell" "$(cat "$TMP/err")" 'That code is not valid\. Ask for a new one\.'
try "an unknown room is not told from a wrong code" cmp "$TMP/known-room" "$TMP/unknown-room"
ssh-keygen -q -t ed25519 -N '' -f "$TMP/key"
as "$CODE" -T -i "$TMP/key" -o IdentitiesOnly=yes "$ROOM@127.0.0.1"
is "a key that is offered changes nothing" "$(wc -l <"$TMP/prompts") $(cat "$TMP/status")" '1 2'

# --- one room and nowhere else ---

refused() { # NAME OPTION...: ssh ends with 255
	local name=$1
	shift
	as "$CODE" "$@" "$ROOM@127.0.0.1"
	is "$name" "$(cat "$TMP/status")" 255
}
refused "no stdio forwarding" -W "127.0.0.1:$PORT"
refused "no remote forwarding" -N -R "0:127.0.0.1:$PORT" -o ExitOnForwardFailure=yes
refused "no subsystem" -s sftp
as "$CODE" -T -A -X -o GSSAPIAuthentication=yes -o SetEnv='LD_PRELOAD=/x LANG=x' "$ROOM@127.0.0.1"
is "agent, X11, GSSAPI and environment are not taken up" "$(cat "$TMP/status")" 2
as "$CODE" -N "$ROOM@127.0.0.1"
is "who comes in and asks for nothing is sent away" "$(cat "$TMP/status")" 255
try "and said so in the log" grep -q 'came in and asked for nothing' "$LOG"

# --- who stands before it ---

enter A 80x24 "$CODE" Ada
coproc CROWD { rough crowd "$PORT" 100; }
read -r -t "$WAIT_S" greeted <&"${CROWD[0]}"
is "of 100 at once from one source only 5 are greeted" "$greeted" 5
type_in A '# still here'
try "who is in types on" until_ok has_text '# still herex = 1'
only_one() { [ "$(children session | wc -l)" -eq 1 ]; }
try "those who only stand there are sent away" until_ok only_one
pid=$CROWD_PID
exec {CROWD[1]}>&-
wait "$pid"
is "by the grace timer" "$(grep -c 'not authenticated in time' "$LOG")" 5
try "and then there is room for others" eval 'knock B 80x24 && sees B "Invite code:"'
leave B

printf 'per_source = 1000\nmax_startups = "7:100:7"\n' >"$TMP/config"
host_again
coproc CROWD { rough crowd "$PORT" 500; }
read -r -t "$WAIT_S" greeted <&"${CROWD[0]}"
is "of 500 at once max_startups lets 7 in" "$greeted" 7
like "a flood of clients is no flood of lines" "$(grep -c 'refused:' "$LOG")" '^[12]$'
told() { cs audit --json | jq -r '.[] | select(.action == "connect") | .target + ": " + .result'; }
like "the trail has it, once" "$(told)" '^max_startups [0-9]+: [0-9]+ refused$'
is "and no line for each" "$(told | wc -l)" 2
pid=$CROWD_PID
exec {CROWD[1]}>&-
wait "$pid"
try "when they have gone there is room again" eval 'until_ok no_session; knock D 80x24 && sees D "Invite code:"'

# Who is in does not stand before the door any more, and counts there no longer.
printf 'per_source = 1\nmax_startups = "1:100:1"\n' >"$TMP/config"
host_again
mkfifo "$TMP/silence"
exec 9<>"$TMP/silence"
echo "$CODE" >"$TMP/answer"
held=()
for i in $(seq 12); do
	SSH_ASKPASS=$TMP/askpass SSH_ASKPASS_REQUIRE=force "${SSH[@]}" -o PubkeyAuthentication=no -p "$PORT" \
	    -s "$ROOM@127.0.0.1" codesync >"$TMP/in-$i" 2>>"$TMP/in-err" <&9 &
	held+=($!)
	until_ok eval '[ -s "$TMP/in-$i" ] || gone ${held[-1]}'
done
is "where one may stand twelve come in, one after the other" "$(find "$TMP" -name 'in-[0-9]*' -size +0 | wc -l)" 12
kill "${held[@]}" 2>/dev/null
wait "${held[@]}"
is "and nobody was refused" "$(grep -c 'refused:' "$LOG")" 0
