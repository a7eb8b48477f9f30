#!/bin/bash
# Scenarios 1 to 3: from the invitation to the first program, and what the door
# says to who may not come in. (4, the waiting room, is lobby-screen.t.)
. "$(dirname "$0")/lib.sh"
host_start
room_with ''
enter B 120x40 "$(invite interviewer)" interviewer

# join_box: A has given the code and a name, and nothing else yet
join_box() {
	knock A 80x24
	sees A 'Invite code:' || bail "A is not asked for the code"
	type_in A "$CODE"
	keys A Enter
	sees A "Join interview $ROOM" || bail "A does not see the join box"
	type_in A candidate
}
# alone WHO: nobody else is in WHO's first row
alone() { [ "$(row "$1" 0 | grep -oE '[A-Z][ *!z](candidate|interviewer)' | wc -l)" -eq 1 ]; }

ux 02 Consent
join_box
try "the box says what is recorded" shows A 'This session is RECORDED: editor keystrokes'
try "and what is not" shows A 'NOT recorded: audio, video, your other windows'
keys A Enter
try "Enter after the name asks for the tick" sees A 'Please tick the recording box'
keys A Enter
try "and once more" sees A 'Please tick the recording box'
try "meanwhile B sees nobody" alone B
keys A Escape
is "Esc ends ssh with status 0" "$(exits A)" 0
try "nobody has come to B" alone B
is "nor into the log" "$(cs room tail "$ROOM" | jq -c 'select(.type == "join") | .name')" '"interviewer"'
leave A

ux 01 "Ten seconds"
join_box
keys A Enter Space Enter
try "a name, Enter, Space, Enter lead into the room" in_room A
try "an empty file says what to do" sees A 'Type here\. \^R runs your code\. Everyone in the room sees it\.'
type_in A 'print(1)'
keys A C-r
try "^R runs what was typed" sees A 'run 1: OK exit 0 in [0-9.]+ s'
try "and its output is there" sees A '^1$'
try "B sees all of it" eval "sees B '1 print\(1\)' && sees B 'OK exit 0'"

ux 03 "Wrong code"
knock X 80x24
sees X 'Invite code:' || bail "X is not asked for the code"
for left in '2 tries' '1 try'; do
	type_in X BAD0-0000
	keys X Enter
	try "it is asked again: $left left" sees X "Invite code \($left left\): *$"
done
type_in X BAD0-0000
keys X Enter
is "then ssh ends" "$(exits X)" 255
is "which is all there is on the screen, with what to do" \
    "$(mux capture-pane -p -J -S - -t X | sed -n 's/ *$//; s/^([^)]*) Invite/Invite/; /^Pane is dead/d; /./p' | sed 's/ port .*:11: /: /')" \
    'Invite code:
Invite code (2 tries left):
Invite code (1 try left):
Received disconnect from 127.0.0.1: That code is not valid. Ask for a new one.'

# No try is made to wait: what slows down who guesses is that there are ten tries a
# minute, after which not even the right code is one.
printf '#!/bin/sh\nsed -n 1p %s/answers\nsed -i 1d %s/answers\n' "$TMP" "$TMP" >"$TMP/askpass"
chmod 755 "$TMP/askpass"
# gives CODE...: one after the other, without a terminal; who gets in ends with 2
gives() {
	printf '%s\n' "$@" >"$TMP/answers"
	SSH_ASKPASS=$TMP/askpass SSH_ASKPASS_REQUIRE=force timeout 60 "${SSH[@]}" -o PubkeyAuthentication=no -p "$PORT" \
	    "$ROOM@127.0.0.1" >"$TMP/out" 2>&1 </dev/null
}
right=$(invite candidate)
gives BAD0-0000 "$right"
is "a right code after a wrong one is as good as any" $? 2
# It takes some more where a minute is over before ten tries are.
locked() {
	for _ in {1..4}; do
		gives BAD0-0000 BAD0-0000 BAD0-0000
	done
	gives "$right" BAD0-0000 BAD0-0000
	[ $? -eq 255 ]
}
try "after ten wrong ones within a minute the right one is none" eval 'locked || locked || locked'
is "and it is not said why" "$(tail -n 1 "$TMP/out" | sed 's/.*: //' | tr -d '\r')" 'That code is not valid. Ask for a new one.'
