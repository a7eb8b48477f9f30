#!/bin/bash
# codesync join -H: the editor on one's own terminal, its host at the far end of
# a slow line that breaks: keys are echoed at once, everything arrives, and
# nobody is asked twice.
. "$(dirname "$0")/lib.sh"
host_start
ssh-keygen -q -t ed25519 -N '' -f "$TMP/ann"
cs user add ann --key "$TMP/ann.pub" >/dev/null
echo 'correct horse' | cs user passwd ann >/dev/null
echo 'a = 1' | "${SSH[@]}" -i "$TMP/ann" -p "$PORT" ann@127.0.0.1 room create --json --no-lobby --file main.py=- >"$TMP/made"
ROOM=$(json .id <"$TMP/made") CODE=$(json '.invites[0].code' <"$TMP/made")
coproc LINE { python3 "$LIB/slow.py" "$PORT" 150; }
line_pid=$LINE_PID
read -r -t "$WAIT_S" far <&"${LINE[0]}" || bail "there is no line"
line() {
	local answer
	echo "$1" >&"${LINE[1]}"
	read -r -t "$WAIT_S" answer <&"${LINE[0]}" && [ "$answer" = "$1" ]
}
# ssh with files of our own, not this user's
mkdir "$TMP/bin"
printf '#!/bin/sh\nexec %s -F /dev/null -o UserKnownHostsFile=%s/known2 -o LogLevel=ERROR -o IdentityAgent=none -o IdentitiesOnly=yes $SSH_MORE "$@"\n' \
    "$(command -v ssh)" "$TMP" >"$TMP/bin/ssh"
chmod 755 "$TMP/bin/ssh"
# join WHO OPTION TARGET: with that option of ssh's
join() {
	terminal "$1" 80x24 env PATH="$TMP/bin:$PATH" XDG_RUNTIME_DIR="$TMP" SSH_MORE="$2" \
	    "$BUILD/codesync" join -H "$3" "$ROOM"
}

# --- by the code of a seat ---

join A '' "127.0.0.1:$far"
try "the host's key is shown first" sees A 'Are you sure you want to continue connecting'
type_in A yes
keys A Enter
try "then the code is asked for" sees A 'Invite code: *$'
type_in A 'wrong'
keys A Enter
try "and again, if it is wrong" sees A '2 tries left'
type_in A "$CODE"
keys A Enter
try "then there is the join box" sees A 'Your name'
is "the code was not shown" "$(mux capture-pane -p -S - -t A | grep -c "$CODE")" 0
type_in A Ada
keys A Enter
keys A Space
keys A Enter
try "and the room" eval "in_room A && sees A '1 a = 1'"
enter B 80x24 "$(invite interviewer)" Bob
line hold
type_in A 'typed = '
try "what is typed is on one's own screen" sees A '1 typed = a = 1'
is "before the host can have it" "$(text | head -n 1)" 'a = 1'
line go
try "and comes to the other" sees B '1 typed = a = 1'
keys B End
type_in B ' # B'
keys A Home
type_in A '# A '
try "both screens become the same" eval "sees A '# A typed = a = 1 # B' && until_ok same_code A B 12"
is "nothing is where others could read it" "$(for p in $(descendants "$(ssh_pid A)") "$(ssh_pid A)"; do
	tr '\0' '\n' </proc/"$p"/cmdline
	tr '\0' '\n' </proc/"$p"/environ
done | grep -c "$CODE")" 0

# --- the line breaks ---

try "the line breaks" line down
try "the editor says so" sees A 'reconnecting'
type_in A 'offline '
try "and takes what is typed" sees A '# A offline typed'
type_in B '!'
try "the line is there again" line up
try "what was typed meanwhile arrives" sees B '# A offline typed'
try "from both sides" eval "sees A '# B!' && until_ok same_code A B 12"
try "and nobody was asked" eval "in_room A && ! shows A 'Invite code'"
murder hub
type_in A 'again '
try "a hub that was killed is found again" sees B 'offline again typed'
keys A C-q
sees A 'Leave the interview'
type_in A l
is "leaving ends it with status 0" "$(exits A)" 0

# --- by an account ---

join D "-i $TMP/ann" "ann@127.0.0.1:$far"
try "a key leads straight into the room" eval "in_room D && sees D 'offline again typed'"
leave D
join E '-o PubkeyAuthentication=no' "ann@127.0.0.1:$far"
try "or a password" sees E 'Password: *$'
type_in E 'correct horse'
keys E Enter
try "to the same seat" eval "in_room E && sees E 'offline again typed'"
line down
sees E 'reconnecting'
line up
try "which is given again when the line is" sees_no_more E 'reconnecting'
leave E
ROOM=r-zzzzz join F "-i $TMP/ann" "ann@127.0.0.1:$far"
is "a room that is not there: status 3" "$(exits F)" 3
like "and a sentence" "$(mux capture-pane -p -S - -t F)" 'There is no room r-zzzzz'
join G '-o ConnectTimeout=3' "ann@127.0.0.1:1"
is "a host that is not there: status 75" "$(exits G)" 75
no_dirs() { ! compgen -G "$TMP/codesync-join-*" >/dev/null; }
try "no directory stays behind" until_ok no_dirs
exec {LINE[1]}>&-
wait "$line_pid" 2>/dev/null
