#!/bin/bash
# Clients that mean no good, and that others do not notice; and the clients that
# people have, which all get in.
. "$(dirname "$0")/lib.sh"
printf 'per_source = 1000\nmax_startups = "1000:100:1000"\n' >"$TMP/config"
host_start
ssh-keygen -q -t ed25519 -N '' -f "$TMP/ann"
cs user add ann --key "$TMP/ann.pub" >/dev/null
cs user add bea --key "$TMP/ann.pub" >/dev/null
echo 'correct horse' | cs user passwd bea >/dev/null
room_with $'x = 1\n'
enter A 80x24 "$CODE" Ada
OTHER=$(invite candidate)

# --- what no honest client does ---

silent='sent away: The host cannot use this key or its signature. Use another key, or none: ssh -o PubkeyAuthentication=no'
while read -r case wanted; do
	if [ "$case" = more_than_the_window ] && [ -n "${SANITIZE-}" ]; then
		skip "$case" "sanitizers keep what is freed"
		continue
	fi
	[ "$wanted" != silent ] || wanted=$silent
	cases="${cases-} $case"
	wants="${wants-}$case: $wanted"$'\n'
done <<'TABLE'
offered_then_another asked, failure
their_key_our_signature silent
a_signature_over_another_name silent
a_signature_that_is_noise silent
a_key_that_cannot_be_read silent
a_key_for_a_room failure
another_name failure, failure
another_name_for_the_answer asked, sent away: This user name is not possible here.
too_many_keys some, sent away: Too many attempts.
no_answer asked, sent away: One answer was expected.
an_answer_to_nothing sent away: Bye Bye
a_packet_that_wants_no_answer asked, silence, at rest
gssapi failure
success_says_the_client sent away: Bye Bye
a_channel_before sent away: Bye Bye
data_before sent away: Bye Bye
forwarding_before sent away: Bye Bye
forwarding refused, no channel, no channel
a_second_channel a channel, no channel
a_second_wish a channel, granted, refused, refused
wishes_that_are_not_granted a channel, refused, refused, refused, refused
packets_of_size_0 silence
more_than_the_window not kept
a_packet_that_is_too_large sent away: Bye Bye
an_unknown_message not understood
TABLE
# shellcheck disable=SC2086 # a list of words
/usr/bin/python3 "$LIB/hostile.py" "$PORT" "$TMP/ann.pub" ann "$ROOM" "$OTHER" $cases >"$TMP/said" 2>&1
while IFS= read -r line; do
	is "${line%%:*}" "$(grep "^${line%%:*}: " "$TMP/said")" "$line"
done <<<"${wants%$'\n'}"
type_in A '# still here '
try "who is in types on" until_ok has_text '# still here x = 1'
no_sessions() { [ "$(children session | wc -l)" -eq 1 ]; }
try "none of them is still there" until_ok no_sessions
is "and no session has crashed" "$(grep -c 'killed by signal' "$LOG")" 0

# --- guessing ---

/usr/bin/python3 "$LIB/hostile.py" "$PORT" "$TMP/ann.pub" ann "$ROOM" "$CODE" times wrong_codes >"$TMP/said" 2>&1
grep '^#' "$TMP/said"
is "of a thousand codes none is right" "$(grep wrong_codes "$TMP/said")" 'wrong_codes: none was right'
is "the log has no line for each" "$(($(grep -c denied "$LOG") > 1500))" 0
is "the trail has one for each minute, and how many more there were" \
    "$(cs audit --json | jq '[.[] | select(.who == "'"$ROOM"'" and .result != "ok")] | length < 10')" true
type_in A 'and '
try "who is in has not noticed" until_ok has_text '# still here and x = 1'

# --- the clients that people have ---

printf '#!/bin/sh\necho "correct horse"\n' >"$TMP/askpass"
chmod 755 "$TMP/askpass"
"${SSH[@]}" -i "$TMP/ann" -p "$PORT" bea@127.0.0.1 room create --json >"$TMP/out" </dev/null
MINE=$(json .id <"$TMP/out")
has_mine() { grep -q "^$MINE " "$TMP/out"; }
SSH_ASKPASS=$TMP/askpass SSH_ASKPASS_REQUIRE=force "${SSH[@]}" -o PubkeyAuthentication=no -p "$PORT" bea@127.0.0.1 room list >"$TMP/out" </dev/null
try "ssh, by a password" has_mine
fingerprint=$(cs hostkey --json | json .fingerprint)
puttygen "$TMP/ann" -O private -o "$TMP/ann.ppk"
plink -batch -hostkey "$fingerprint" -i "$TMP/ann.ppk" -P "$PORT" bea@127.0.0.1 room list >"$TMP/out" 2>"$TMP/err" </dev/null
try "plink, by a key" has_mine
dropbearconvert openssh dropbear "$TMP/ann" "$TMP/ann.db" 2>/dev/null
dbclient -y -y -i "$TMP/ann.db" -p "$PORT" bea@127.0.0.1 room list >"$TMP/out" 2>"$TMP/err" </dev/null
try "dbclient, by a key" has_mine
/usr/bin/python3 - "$PORT" "$TMP/ann" >"$TMP/out" 2>"$TMP/err" <<'END'
import sys
import paramiko
c = paramiko.SSHClient()
c.set_missing_host_key_policy(paramiko.AutoAddPolicy())
c.connect('127.0.0.1', int(sys.argv[1]), 'bea', key_filename=sys.argv[2], allow_agent=False, look_for_keys=False)
_, out, _ = c.exec_command('room list')
print(out.read().decode(), end='')
sys.exit(out.channel.recv_exit_status())
END
is "paramiko, by a key" "$? $(has_mine && echo yes)" '0 yes'
/usr/bin/python3 - "$PORT" >"$TMP/out" 2>"$TMP/err" <<'END'
import socket
import sys
import paramiko
t = paramiko.Transport(socket.create_connection(('127.0.0.1', int(sys.argv[1]))))
t.start_client()
t.auth_interactive('bea', lambda title, text, prompts: ['correct horse' for _ in prompts])
c = t.open_session()
c.exec_command('room list')
print(c.makefile().read().decode(), end='')
END
try "paramiko, by a password" has_mine
# which is older than the strict key exchange
is "ssh-audit has nothing to fail or warn about" \
    "$(ssh-audit -n -p "$PORT" 127.0.0.1 | grep -E '\[(fail|warn)\]' | grep -v 'kex-strict.*unknown algorithm')" ''
