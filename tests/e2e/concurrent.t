#!/bin/bash
# Two people type 2,000 keys each at once at the same place, and the hub is
# killed three times on the way: nothing that anybody was shown is missing
# afterwards, nothing is lost, doubled or out of order, and everybody ends with
# the same bytes. SOAK_KEYS and SOAK_KILLS ask for more.
. "$(dirname "$0")/lib.sh"
n=${SOAK_KEYS:-2000} kills=${SOAK_KILLS:-3} piece=20 row=60
WAIT_S=60
host_start
room_with ''
enter A 80x24 "$CODE" Ada
enter B 80x24 "$(invite interviewer)" Bob

# stream LETTERS: N of them, over and over
stream() { yes "$1" | tr -d '\n' | head -c "$n"; }
letters=$(stream abcdefghijklmnopqrstuvwxyz)
digits=$(stream 0123456789)
size() { stat -c %s "$TMP/$1"; }
grown() { [ "$(size "$1")" -gt "$2" ]; }
# send WHO TEXT: in pieces, so that both come at the same time, and in rows, as
# people do: what is measured is not an editor in one line of 100 KB. What is sent
# is also in a file. Nobody runs ahead of the killing, so that all of it happens
# while both type: segment K ends with kill K, and K + 1 is typed meanwhile.
send() {
	local i
	for ((i = 0; i < n; i += piece)); do
		until_ok grown killed $((i * (kills + 1) / n - 2)) || return
		type_in "$1" "${2:i:piece}"
		[ $(((i + piece) % row)) -ne 0 ] || keys "$1" Enter
		printf '%s' "${2:i:piece}" >>"$TMP/sent-$1"
	done
}
touch "$TMP/sent-A" "$TMP/sent-B" "$TMP/killed"
"$BUILD/codesync" -R "$RUN" room tail "$ROOM" --follow >"$TMP/shown" & # not cs: it is killed
watcher=$!
send A "$letters" &
a=$!
send B "$digits" &
b=$!
# have A B: so many letters and digits are kept.
have() {
	cs room get "$ROOM" >"$TMP/now" 2>/dev/null &&
	    [ "$(tr -cd a-z <"$TMP/now" | wc -c)" -ge "$1" ] && [ "$(tr -cd 0-9 <"$TMP/now" | wc -c)" -ge "$2" ]
}
# Before a hub dies it has shown something new and kept what both had typed when
# the one before died: else whoever finds no hub alive a few times in a row has
# 4,096 edits waiting, and the next keys are refused.
sent_a=0 sent_b=0 shown=0
for ((k = 1; k <= kills; k++)); do
	until_ok grown sent-A $((n * k / (kills + 1) - 1)) || break
	until_ok grown shown $shown || break
	until_ok have $sent_a $sent_b || break
	murder hub || break
	sent_a=$(size sent-A) sent_b=$(size sent-B) shown=$(size shown)
	printf . >>"$TMP/killed"
done
wait $a $b
is "the hub is killed $kills times under load and comes back" "$(size killed)" "$kills"
whole() { [ "$(cs room get "$ROOM" 2>/dev/null | wc -c)" -eq $((2 * (n + n / row))) ]; }
try "nothing is lost and nothing doubled" until_ok whole
text >"$TMP/text"
all_shown() {
	cs room tail "$ROOM" >"$TMP/kept" 2>/dev/null && [ "$(size shown)" -ge "$(size kept)" ]
}
try "who looks on is shown all of it" until_ok all_shown
kill $watcher
wait $watcher
try "what was shown is what is kept, kill or no kill" cmp "$TMP/shown" "$TMP/kept"
is "A's letters are complete and in order" "$(tr -d '0-9\n' <"$TMP/text" | md5sum)" "$(printf %s "$letters" | md5sum)"
is "B's digits are complete and in order" "$(tr -d 'a-z\n' <"$TMP/text" | md5sum)" "$(printf %s "$digits" | md5sum)"
folded >"$TMP/folded"
try "the fold of the log is the file" cmp "$TMP/text" "$TMP/folded"

# What is on the screens: the text is broken into full rows by the command line,
# which the editors get as edits, and then read page by page.
tr -d '\n' <"$TMP/text" | fold -w 50 >"$TMP/rows"
echo >>"$TMP/rows"
last=$(grep -c . "$TMP/rows")
cs room put "$ROOM" main.py <"$TMP/rows" || say "room put failed"
read_screen() { # WHO: every numbered row into a file
	screen "$1" | sed -n 's/ *◂.*//; 2,16s/^.\( *[0-9][0-9]*\) \(.*[^ ]\) *$/\1 \2/p' >>"$TMP/seen-$1"
	grep -Eq "^ *$last " "$TMP/seen-$1" && return
	keys "$1" PageDown
	return 1
}
read_all() {
	keys "$1" C-Home
	sees "$1" "^. +1 $(head -n 1 "$TMP/rows")" || return 1
	until_ok read_screen "$1" || return 1
	sort -n -u "$TMP/seen-$1" | sed 's/^ *[0-9]* //' >"$TMP/all-$1"
}
try "A's screen can be read to the end" read_all A
try "A's screen shows what the file holds" cmp "$TMP/rows" "$TMP/all-A"
try "B's screen can be read to the end" read_all B
try "B's screen shows what the file holds" cmp "$TMP/rows" "$TMP/all-B"
