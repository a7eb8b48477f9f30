#!/bin/bash
# People who have some rights here try for more: what was before them, what is not
# for them, what they may do no longer, and more than their share.
. "$(dirname "$0")/lib.sh"
host_start
for k in ann ben; do
	ssh-keygen -q -t ed25519 -N '' -f "$TMP/$k"
	cs user add $k --key "$TMP/$k.pub" >/dev/null
done
printf '#!/bin/sh\ncat %s/answer\n' "$TMP" >"$TMP/askpass"
chmod 755 "$TMP/askpass"
# as WHO ARGUMENT...: a command with WHO's key
as() {
	local who=$1
	shift
	timeout 30 "${SSH[@]}" -o IdentitiesOnly=yes -i "$TMP/$who" -p "$PORT" "$who@127.0.0.1" "$@"
}
# with CODE ARGUMENT...: ssh to the room
with() {
	echo "$1" >"$TMP/answer"
	shift
	SSH_ASKPASS=$TMP/askpass SSH_ASKPASS_REQUIRE=force timeout 30 "${SSH[@]}" -o PubkeyAuthentication=no -p "$PORT" "$@"
}
fails_with() {
	local wanted=$1 got
	shift
	"$@" >"$TMP/out" 2>"$TMP/err" </dev/null
	got=$?
	[ $got -eq "$wanted" ] && return
	say "status $got, wanted $wanted; it says:"
	sed 's/^/#   /' "$TMP/out" "$TMP/err"
	return 1
}

# --- what was before them ---

made=$(as ann room create --json)
ROOM=$(json .id <<<"$made") CODE=$(json '.invites[0].code' <<<"$made")
echo 'print("CANARY", 6 * 7)' | as ann room put "$ROOM" main.py >/dev/null
like "the staff tries its task" "$(as ann room run "$ROOM" --wait 2>&1)" 'CANARY 42'
echo 'print("task")' | as ann room put "$ROOM" main.py >/dev/null
arrive A 80x24 "$CODE" Ada
sees A 'Nobody is in the room yet' || bail "A does not wait"
mux pipe-pane -t A "cat >$TMP/bytes"
as ann room admit "$ROOM" C >/dev/null
in_room A || bail "A is not let in"
sees A 'print\("task"\)'
keys A C-r
try "who is let in has the output of what is run then" sees A 'OK exit 0'
is "and not of what was run before" "$(grep -c CANARY "$TMP/bytes")" 0

# --- what is not for them ---

staff=$(as ann room invite "$ROOM" --role interviewer --json | json .code)
enter B 80x24 "$staff" Ivy
choose A 'Focus time 5 min'
sees A 'Nobody is watching' || bail "there is no focus time"
type_in A 'CANARY '
sees A 'CANARY' || bail "A cannot write"
try "in focus time the code of the staff gives no copy" fails_with 5 with "$staff" "$ROOM@127.0.0.1" room get
like "and says why" "$(cat "$TMP/err")" 'works unobserved for [0-9]+ more minute'
until_ok eval 'with "$CODE" "$ROOM@127.0.0.1" room get | grep -q CANARY'
try "the candidate's own gives its own" fails_with 0 with "$CODE" "$ROOM@127.0.0.1" room get
keys A F9
sees B CANARY
try "and when it is over, the staff's does" fails_with 0 with "$staff" "$ROOM@127.0.0.1" room get
leave B
