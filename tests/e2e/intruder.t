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

# --- what they may do no longer ---

# tails WHO: ssh that shows the room's log as it grows
tails() {
	as "$1" room tail "$ROOM" --follow >"$TMP/tail-$1" 2>"$TMP/end-$1" </dev/null &
	until_ok [ -s "$TMP/tail-$1" ] || bail "$1 cannot watch the room"
}
tails ann
tail_pid=$!
cs user rm ann >/dev/null
cs room note "$ROOM" 'CANARY for the staff' >/dev/null
wait $tail_pid
is "who is removed watches no longer" $? 1
like "and is told" "$(cat "$TMP/end-ann")" 'removed from the room'
is "but not what was said then" "$(grep -c 'CANARY for' "$TMP/tail-ann")" 0
try "who has no account any more has no key" fails_with 255 as ann room list

# --- who they are not ---

try "local is the local admin's name" fails_with 2 cs user add local
as_local() { setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; }
# at_seat TICKET: what an endpoint says to the user of this machine who connects
at_seat() {
	as_local timeout 20 python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
try:
    s.sendall(b"\0SP\0\0\x10\0\0")
    print("greets" if s.recv(8) else "closes")
except OSError:
    print("closes")' "$RUN/s/$1"
}
if [ "$(id -u)" = 0 ] && as_local true 2>/dev/null; then
	cs user add nora --unix-user nobody >/dev/null
	# a person who has come in and whose editor is not there yet
	with "$CODE" -N "$ROOM@127.0.0.1" </dev/null 2>/dev/null &
	ssh_pid=$!
	free_seat() { ls "$RUN/s" | grep -vxF -f "$TMP/seats"; }
	ls "$RUN/s" >"$TMP/seats"
	until_ok eval "free_seat >/dev/null" || bail "there is no endpoint"
	ticket=$(free_seat)
	like "the kernel tells everybody where seats are" "$(as_local grep -o 's/[0-9a-f]\{32\}' /proc/net/unix)" "$ticket"
	is "but who has another account here is not let into one" "$(at_seat "$ticket")" closes
	pkill -P "$ssh_pid"
	wait "$ssh_pid"
else
	skip "but who has another account here is not let into one" "not root"
fi

# --- more than their share ---

# holds WHO N: so many commands at one time, of which none ends by itself
holds() {
	local i
	for i in $(seq "$2"); do
		"${SSH[@]}" -o IdentitiesOnly=yes -i "$TMP/$1" -p "$PORT" "$1@127.0.0.1" room tail "$ROOM" --follow \
		    >"$TMP/held-$i" 2>"$TMP/held-err-$i" </dev/null &
		held+=($!)
		until_ok eval '[ -s "$TMP/held-$i" ] || gone ${held[-1]}' || bail "command $i does not begin"
	done
}
cs user add cleo --role admin --key "$TMP/ann.pub" >/dev/null
mv "$TMP/ann" "$TMP/cleo"
held=()
holds cleo 17
is "one account cannot have more than 16 commands at one time" "$(wc -c <"$TMP/held-17")" 0
like "and is told to try again" "$(cat "$TMP/held-err-17")" 'The host is busy\. Try again'
try "others can have theirs" fails_with 0 as ben room list
kill "${held[@]}" 2>/dev/null
wait "${held[@]}"
try "and it, too, when they have ended" until_ok fails_with 0 as cleo room list

leave A
# nobody is connected any more, nor does anything run for somebody who was
alone() { [ -z "$(children session)$(children edit)" ] && ! pgrep -f "^codesync -x -R $RUN" >/dev/null; }
until_ok alone || bail "somebody is still there"
# connections to the room that say nothing, by one code, and one after the other:
# nobody stands at the door for longer than it takes to come in
mkfifo "$TMP/silence"
exec 9<>"$TMP/silence"
held=()
echo "$CODE" >"$TMP/answer"
for i in $(seq 51); do
	SSH_ASKPASS=$TMP/askpass SSH_ASKPASS_REQUIRE=force "${SSH[@]}" -o PubkeyAuthentication=no -p "$PORT" \
	    -s "$ROOM@127.0.0.1" codesync >"$TMP/silent-$i" 2>"$TMP/silent-err-$i" <&9 &
	held+=($!)
	until_ok eval '[ -s "$TMP/silent-$i" ] || gone ${held[-1]}' || bail "connection $i does not begin"
done
is "one seat has at most 50 connections" "$(find "$TMP" -name 'silent-[0-9]*' -size +0 | wc -l)" 50
like "the next one is told to come later" "$(cat "$TMP/silent-err-51")" 'The host is busy'
kill "${held[@]}" 2>/dev/null
wait "${held[@]}"
try "and when they are gone, it comes" until_ok fails_with 0 with "$CODE" "$ROOM@127.0.0.1" room get
