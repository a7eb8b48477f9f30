#!/bin/bash
# The list of rooms: an account that comes by ssh with a terminal and names none.
. "$(dirname "$0")/lib.sh"
host_start
for k in ann ben; do
	ssh-keygen -q -t ed25519 -N '' -f "$TMP/$k"
	cs user add "$k" --key "$TMP/$k.pub" >/dev/null
done
# home WHO COLSxROWS NAME[+OPTION]
home() { terminal "$1" "$2" "${SSH[@]}" -o IdentitiesOnly=yes -i "$TMP/${3%%+*}" -p "$PORT" "$3@127.0.0.1"; }
by_ann() { timeout 30 "${SSH[@]}" -o IdentitiesOnly=yes -i "$TMP/ann" -p "$PORT" ann@127.0.0.1 "$@" </dev/null; }
make_room() { by_ann "room create --json --title '$1'" >"$TMP/made"; ROOM=$(json .id <"$TMP/made") CODE=$(json '.invites[0].code' <"$TMP/made"); }
people() { cs room show "$1" --json | jq -c '[.people[] | [.name, .role, .state]]'; }
people_are() { [ "$(people "$1")" = "$2" ]; }
marked() { shows "$1" "^> [1-9] $2"; }

# --- making one ---

home A 80x24 ann
try "without rooms it says so" sees A 'No room is open'
like "whose it is" "$(screen A)" 'CodeSync rooms of ann at 127\.0\.0\.1'
keys A n
try "n asks for a title" sees A '^Title:'
type_in A 'Firstt'
keys A BSpace
type_in A ' über'
keys A Enter
try "and makes a room" sees A '^> 1 r-[0-9a-z]* First über +waiting +0/0 +-- +60:00'
first=$(cs room list --json | json '.[0].id')
is "of one's own" "$(cs room list --json | jq -c '[.[] | [.title, .owner]]')" '[["First über","ann"]]'
try "the invite is shown" shows A "ssh -t -p $PORT $first@127\.0\.0\.1|ssh -p $PORT $first@127\.0\.0\.1"
try "with its code" shows A 'Invite code: [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}'
code=$(screen A | grep -oE 'Invite code: [-0-9A-Z]+')
try "which stays in its line" shows A "^> 1 $first .* ${code##* }\$"
keys A n
sees A '^Title:'
type_in A 'never'
keys A Escape
try "Esc makes none" sees A 'Enter Open'
is "nor did it" "$(cs room list --json | jq length)" 1

# --- what is shown is true ---

make_room Second
second=$ROOM code=$CODE
try "a room that is made elsewhere appears" sees A "2 $second"
try "whose code only who made it has" shows A "^  2 $second .* -\$"
arrive C 80x24 "$code" Cy
try "who waits is said, and where" sees A "1 waiting in $second"
try "the mark is where it was" marked A "$first"
keys A Down
try "Down moves it" until_ok marked A "$second"
keys A Up
try "and Up" until_ok marked A "$first"
home B 80x24 ben
try "to others those rooms are not there" sees B 'No room is open'
keys B q
is "q leaves" "$(exits B)" 0

# --- in and out ---

keys A Down
until_ok marked A "$second"
keys A Enter
ROOM=$second
try "Enter opens the room, by the same connection" in_room A
try "in a seat of the account" until_ok people_are "$second" '[["Cy","candidate","lobby"],["ann","interviewer","here"]]'
type_in A 'x = 1'
has() { cs room get "$second" | grep -q 'x = 1'; }
try "what is typed there is kept" until_ok has
# the editor, as the kernel knows it
editor=$(children edit | tail -n 1)
is "no ticket is in its arguments" "$(tr '\0' ' ' <"/proc/$editor/cmdline")" 'codesync-edit '
keys A C-q
sees A 'Leave the interview' || bail 'A is not asked'
type_in A l
try "who leaves it is back in the list" sees A 'Enter Open'
try "and told the way back for an account" sees A "Rejoin: ssh -p $PORT ann\+r-[0-9a-z]+@"
try "the mark is on a room" marked A 'r-'
try "the seat was left" until_ok people_are "$second" '[["Cy","candidate","lobby"],["ann","interviewer","left"]]'
type_in A 1
ROOM=$first
try "a number opens one as well" in_room A
is "it is the same connection" "$(cs audit --json | jq '[.[] | select(.action == "sign in" and .who == "@ann")] | length')" 2
mux resize-window -t A -x 50 -y 12
keys A C-q
sees A 'Leave the interview' || bail 'A is not asked'
type_in A l
try "in a small window it is a small list" sees A '^Enter Open  N New  I Invite'
is "of lines that fit" "$(screen A | awk 'length > 50' | wc -l)" 0
mux resize-window -t A -x 80 -y 24
try "and a large one again" sees A 'Q Quit'
by_ann "room end $second" >/dev/null
not_listed() { ! shows A "^[> ] [1-9] $second"; }
try "a room that has ended goes" until_ok not_listed
type_in A 9
try "a number that is none" sees A 'There is no such number'
keys A a
try "A shows it again" sees A "2 $second Second +ended"
type_in A 2
try "whose it is sees how it came to be" sees A "REPLAY $second"
type_in A q
sees A 'Enter Open' || bail 'A is not back in the list'
keys A Home
type_in A r
try "R shows as much as there is of another one" sees A "REPLAY $first"
type_in A q
sees A 'Enter Open' || bail 'A is not back again'
keys A Home
keys A i
try "I asks for whom" sees A '^Invite C candidate'
type_in A o
try "and makes an invite" sees A 'Invite code: .* \(observer\)'
keys A e
try "E asks" sees A "^End $first\?"
type_in A x
sees A 'Enter Open' || bail 'A is still asked'
is "another key ends nothing" "$(cs room show "$first" --json | json .state)" waiting
keys A n
sees A '^Title:' || bail 'A is not asked for a title'
type_in A 'Third'
keys A Tab
try "Tab goes to the language" sees A '^Language:'
type_in A bash
keys A Enter
try "which the room has" sees A 'r-[0-9a-z]* Third +waiting +0/0 +-- +60:00'
is "and an hour" "$(cs room list --json | jq -c '.[] | select(.title == "Third") | [.language, .minutes]')" '["bash",60]'
keys A /
type_in A 'thirx'
try "a filter that none passes says so" sees A 'No room has that'
keys A BSpace
try "what it leaves is seen while it is typed" sees A '^> 1 r-[0-9a-z]* Third'
keys A Enter
try "and stays" sees A 'Those with "thir"'
is "without the others" "$(screen A | grep -cE '^[> ] [0-9] r-')" 1
keys A Escape
try "Esc shows them again" sees A '[0-9] r-[0-9a-z]* First'
try "the mark is where it was" marked A 'r-[0-9a-z]* Third'
keys A C-p
try "^P says what the keys do" sees A '^> Enter +Open'
keys A Down Enter
try "and does it" sees A '^Title:'
keys A Escape
sees A 'Enter Open' || bail 'A is still asked for a title'
keys A C-p
sees A '^> Enter +Open' || bail 'A has no menu'
keys A e
sees A '^End r-' || bail 'A is not asked'
type_in A e
third_ended() { [ "$(cs room list --all --json | json '.[] | select(.title == "Third") | .state')" = ended ]; }
try "E twice ends it" until_ok third_ended

# --- the end ---

keys A C-c
is "^C leaves" "$(exits A)" 0
timeout 30 "${SSH[@]}" -tt -o IdentitiesOnly=yes -i "$TMP/ann" -p "$PORT" ann@127.0.0.1 </dev/null >"$TMP/out"
is "with no more keys to come it ends" $? 0
like "and was shown" "$(cat "$TMP/out")" "$first"
home E 80x24 ann+mono
sees E 'Enter Open'
lists() { descendants "$host_pid" codesync; }
no_list() { [ -z "$(lists)" ]; }
try "there is a process for it while it is shown" [ -n "$(lists)" ]
kill -HUP "$(ssh_pid E)"
try "when the connection ends so does the list" until_ok no_list
home F 80x24 ann
sees F 'Enter Open'
kill -TERM "$host_pid"
is "when the host is stopped it ends" "$(exits F)" 1
try "and says so" shows F 'Server restarting - run the same ssh command again'
wait "$host_pid"
host_pid=''
host_start -l "127.0.0.1:$PORT"
home G 80x24 ann
sees G 'Enter Open'
murder hub
keys G 1
ROOM=$first
try "a hub that starts anew knows who it is, and opens a room" in_room G
keys G C-q
sees G 'Leave the interview' || bail 'G is not asked'
type_in G l
try "and the list again" sees G 'Enter Open'
keys G C-c
is "which ends as ever" "$(exits G)" 0
